import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSettled } from "@/app/settled";
import { useTitle } from "@/app/title";
import { More } from "@/components/more";
import { Button, buttonClass } from "@/components/ui/button";
import { Empty, Failure, Loading, Note } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { Export } from "@/features/export/components/export";
import { PopulationPicture } from "@/features/fidelity/components/picture";
import { ImportButton, ImportDialog } from "@/features/import/components/import";
import { ToGenerate } from "@/features/project/components/to-generate";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { PersonaDrawer } from "./components/drawer";
import { Facets, Nobody } from "./components/facets";
import { PeopleTable } from "./components/table";
import { activeOf, filterOf } from "./hooks/facets";
import { personasQuery, summaryQuery } from "./hooks/personas";

export const VIEWS = ["list", "population"] as const;
const FROM = "/shell/projects/$projectId/people";

export function People() {
  const { t } = useTranslation();
  const { data: project } = useProject();
  useTitle(t("nav.people"), project?.name);
  return project && <Content project={project} />;
}

function Content({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/projects/$projectId/people" });
  const summary = useQuery(summaryQuery(project.id));
  const total = summary.data?.active_personas ?? 0;
  const view = search.view === "population" ? "population" : "list";
  // kept here: the empty state, and its button with it, is gone once people are there
  const [importing, setImporting] = useState(false);
  const openImport = () => setImporting(true);
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-baseline gap-3">
        <h1 className="font-semibold text-2xl">{t("nav.people")}</h1>
        {total > 0 && (
          <>
            <span className="tabular text-quiet">{number(total)}</span>
            <span className="ml-auto flex flex-wrap gap-2">
              <ImportButton small role={project.role} onOpen={openImport} />
              <Export
                projectId={project.id}
                role={project.role}
                subject={{ kind: "project", id: project.id, name: project.name }}
              />
            </span>
          </>
        )}
      </div>
      {summary.error ? (
        <Failure failure={summary.error} retry={() => void summary.refetch()} />
      ) : summary.isPending ? (
        <Loading lines={8} />
      ) : total === 0 ? (
        <Empty
          title={t("people.none")}
          action={
            <div className="flex flex-wrap justify-center gap-2">
              <ToGenerate project={project} />
              <ImportButton role={project.role} onOpen={openImport} />
            </div>
          }
        >
          {t("people.noneHint")}
        </Empty>
      ) : (
        <Tabs
          label={t("nav.people")}
          value={view}
          onChange={(next) =>
            void navigate({
              search: (was) => ({ ...was, view: next === "list" ? undefined : next }),
            })
          }
          tabs={VIEWS.map((name) => ({ value: name, label: t(`people.views.${name}`) }))}
        >
          {view === "population" ? <Picture project={project} /> : <List project={project} />}
        </Tabs>
      )}
      <ImportDialog
        key={project.id}
        projectId={project.id}
        open={importing}
        onClose={() => setImporting(false)}
      />
      <PersonaDrawer
        project={project}
        personaId={search.persona}
        view={search.tab}
        onView={(tab) => void navigate({ replace: true, search: (was) => ({ ...was, tab }) })}
        onClose={() =>
          void navigate({
            search: (was) => ({
              ...was,
              persona: undefined,
              tab: undefined,
              thread: undefined,
              threads: undefined,
            }),
          })
        }
      />
    </div>
  );
}

function Picture({ project }: { project: Project }) {
  const { population } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/projects/$projectId/people" });
  const list = useInfiniteQuery(personasQuery(project.id));
  if (list.error) return <Failure failure={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <Loading lines={8} />;
  return (
    <PopulationPicture
      projectId={project.id}
      population={population}
      people={list.data.pages.flatMap((page) => page.personas)}
      onChoose={(chosen) => void navigate({ search: (was) => ({ ...was, population: chosen }) })}
      onOpen={(persona) => void navigate({ search: (was) => ({ ...was, persona }) })}
    />
  );
}

function List({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/projects/$projectId/people" });
  const chosen = search.chosen ?? [];
  const asked = { ...search, q: useSettled(search.q) };
  const list = useInfiniteQuery({
    ...personasQuery(project.id, filterOf(asked)),
    // who was shown stays until the next ones are there
    placeholderData: keepPreviousData,
  });
  const people = useMemo(
    () => list.data?.pages.flatMap((page) => page.personas) ?? [],
    [list.data],
  );
  const total = list.data?.pages[0]?.total ?? 0;
  const choose = (ids: string[]) =>
    void navigate({
      replace: true,
      search: (was) => ({ ...was, chosen: ids.length > 0 ? ids : undefined }),
    });
  return (
    <div className="flex flex-col gap-4">
      <Facets projectId={project.id} />
      {chosen.length > 0 && (
        <Chosen projectId={project.id} chosen={chosen} onClear={() => choose([])} />
      )}
      {list.error && (
        <Failure
          failure={list.error}
          retry={() => void (list.data ? list.fetchNextPage() : list.refetch())}
        />
      )}
      {list.isLoadingError ? null : list.isPending ? (
        <Loading lines={8} />
      ) : total === 0 && activeOf(asked).length > 0 ? (
        <Nobody projectId={project.id} asked={asked} />
      ) : (
        <>
          <PeopleTable
            people={people}
            chosen={chosen}
            sort={search.sort}
            desc={search.desc ?? false}
            onSort={(sort, desc) =>
              void navigate({
                replace: true,
                search: (was) => ({ ...was, sort, desc: desc || undefined }),
              })
            }
            onOpen={(persona) => void navigate({ search: (was) => ({ ...was, persona }) })}
            onChoose={choose}
            onEnd={() => {
              if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
            }}
          />
          {people.length < total && search.sort && (
            <Note>
              {t("people.sortedLoaded", { loaded: number(people.length), total: number(total) })}
            </Note>
          )}
          <More list={list} loaded={people.length} total={total} />
        </>
      )}
    </div>
  );
}

/** Those who were chosen, and the way to see them side by side. */
function Chosen({
  projectId,
  chosen,
  onClear,
}: {
  projectId: string;
  chosen: string[];
  onClear: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="card flex flex-wrap items-center gap-3 px-4 py-2.5">
      <span role="status">{t("people.chosen", { count: chosen.length })}</span>
      {chosen.length > 1 ? (
        <Link
          to="/projects/$projectId/people/compare"
          params={{ projectId }}
          search={{ chosen }}
          className={buttonClass("primary", true)}
        >
          {t("compare.do")}
        </Link>
      ) : (
        <span className="text-quiet text-sm">{t("compare.chooseMore")}</span>
      )}
      <Button small look="quiet" className="ml-auto" onClick={onClear}>
        {t("compare.clear")}
      </Button>
    </div>
  );
}
