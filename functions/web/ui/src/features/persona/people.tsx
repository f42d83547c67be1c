import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useTitle } from "@/app/title";
import { More } from "@/components/more";
import { Button, buttonClass } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/field";
import { Empty, Failure, Loading, Note } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { Export } from "@/features/export/components/export";
import { PopulationPicture } from "@/features/fidelity/components/picture";
import { ToGenerate } from "@/features/project/components/to-generate";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { PersonaDrawer } from "./components/drawer";
import { PeopleTable } from "./components/table";
import { type Persona, personasQuery, summaryQuery } from "./hooks/personas";
import { STATUSES } from "./hooks/status";

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
  const list = useInfiniteQuery(personasQuery(project.id));
  const loaded = useMemo(
    () => list.data?.pages.flatMap((page) => page.personas) ?? [],
    [list.data],
  );
  const total = list.data?.pages[0]?.total ?? 0;
  const chosen = search.chosen ?? [];
  const view = search.view === "population" ? "population" : "list";
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-baseline gap-3">
        <h1 className="font-semibold text-2xl">{t("nav.people")}</h1>
        {total > 0 && (
          <>
            <span className="tabular text-quiet">{number(total)}</span>
            <span className="ml-auto">
              <Export
                projectId={project.id}
                role={project.role}
                subject={{ kind: "project", id: project.id, name: project.name }}
              />
            </span>
          </>
        )}
      </div>
      {list.error && (
        <Failure
          failure={list.error}
          retry={() => void (list.data ? list.fetchNextPage() : list.refetch())}
        />
      )}
      {list.isLoadingError ? null : list.isPending ? (
        <Loading lines={8} />
      ) : total === 0 ? (
        <Empty title={t("people.none")} action={<ToGenerate project={project} />}>
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
          {view === "population" ? (
            <PopulationPicture
              projectId={project.id}
              population={search.population}
              people={loaded}
              onChoose={(population) =>
                void navigate({ search: (was) => ({ ...was, population }) })
              }
              onOpen={(persona) => void navigate({ search: (was) => ({ ...was, persona }) })}
            />
          ) : (
            <List project={project} list={list} loaded={loaded} total={total} chosen={chosen} />
          )}
        </Tabs>
      )}
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

function List({
  project,
  list,
  loaded,
  total,
  chosen,
}: {
  project: Project;
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  loaded: Persona[];
  total: number;
  chosen: string[];
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/projects/$projectId/people" });
  const shown = useShown(loaded, search);
  const counts = { loaded: number(loaded.length), total: number(total) };
  const choose = (ids: string[]) =>
    void navigate({
      replace: true,
      search: (was) => ({ ...was, chosen: ids.length > 0 ? ids : undefined }),
    });
  return (
    <div className="flex flex-col gap-4">
      <Filters project={project} people={loaded} />
      {chosen.length > 0 && (
        <Chosen projectId={project.id} chosen={chosen} onClear={() => choose([])} />
      )}
      <PeopleTable
        people={shown}
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
          if (loaded.length < total && !list.isFetchingNextPage) void list.fetchNextPage();
        }}
      />
      {loaded.length < total && (isFiltered(search) || search.sort) && (
        <Note>
          {isFiltered(search) && <p>{t("people.amongLoaded", counts)}</p>}
          {search.sort && <p>{t("people.sortedLoaded", counts)}</p>}
        </Note>
      )}
      <More list={list} loaded={loaded.length} shown={shown.length} total={total} />
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

type Filter = { q?: string; segment?: string; gender?: string; status?: string };

const isFiltered = ({ q, segment, gender, status }: Filter) =>
  Boolean(q || segment || gender || status);

/** Whom the filters leave of the people who are loaded. */
function useShown(people: Persona[], { q, segment, gender, status }: Filter) {
  const words = useDeferredValue(q);
  return useMemo(() => {
    const wanted = words?.toLocaleLowerCase();
    return people.filter(
      (person) =>
        (!segment || person.segment_id === segment) &&
        (!gender || person.gender === gender) &&
        (!status || person.status === status) &&
        (!wanted || about(person).includes(wanted)),
    );
  }, [people, words, segment, gender, status]);
}

const about = (person: Persona) =>
  `${person.full_name} ${person.occupation} ${person.location} ${person.headline}`.toLocaleLowerCase();

function Filters({ project, people }: { project: Project; people: Persona[] }) {
  const { t } = useTranslation();
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/projects/$projectId/people" });
  const summary = useQuery(summaryQuery(project.id));
  const genders = useMemo(
    () => [...new Set(people.map((person) => person.gender))].sort(),
    [people],
  );
  const set = (change: Filter) =>
    void navigate({ replace: true, search: (was) => ({ ...was, ...change }) });
  return (
    <search className="flex flex-wrap items-end gap-3">
      <div className="min-w-52 flex-1 sm:max-w-xs">
        <Input
          type="search"
          label={t("people.find")}
          value={search.q ?? ""}
          onChange={(event) => set({ q: event.target.value || undefined })}
        />
      </div>
      <div className="w-56">
        <Select
          label={t("people.segment")}
          value={search.segment ?? ""}
          onChange={(event) => set({ segment: event.target.value || undefined })}
        >
          <option value="">{t("people.all")}</option>
          {summary.data?.segments.map((segment) => (
            <option key={segment.segment_id} value={segment.segment_id}>
              {segment.segment_name} ({segment.active_personas})
            </option>
          ))}
        </Select>
      </div>
      <div className="w-44">
        <Select
          label={t("people.gender")}
          value={search.gender ?? ""}
          onChange={(event) => set({ gender: event.target.value || undefined })}
        >
          <option value="">{t("people.all")}</option>
          {genders.map((gender) => (
            <option key={gender}>{gender}</option>
          ))}
        </Select>
      </div>
      <div className="w-40">
        <Select
          label={t("status.title")}
          value={search.status ?? ""}
          onChange={(event) => set({ status: event.target.value || undefined })}
        >
          <option value="">{t("people.all")}</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {t(`status.${status}`)}
            </option>
          ))}
        </Select>
      </div>
    </search>
  );
}
