import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useTitle } from "@/app/title";
import { Button, buttonClass } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/field";
import { Empty, Failure, Loading } from "@/components/ui/states";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { Compare } from "./components/compare";
import { PersonaDrawer } from "./components/drawer";
import { PeopleTable } from "./components/table";
import { type Persona, personasQuery, summaryQuery } from "./hooks/personas";

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
  const shown = useShown(loaded, search);
  const chosen = search.compare ?? [];
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-baseline gap-3">
        <h1 className="font-semibold text-2xl">{t("nav.people")}</h1>
        {total > 0 && <span className="tabular text-quiet">{number(total)}</span>}
      </div>
      {list.error ? (
        <Failure failure={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Loading lines={8} />
      ) : total === 0 ? (
        <Empty
          title={t("people.none")}
          action={
            <Link
              to="/projects/$projectId"
              params={{ projectId: project.id }}
              className={buttonClass("primary")}
            >
              {t("people.noneDo")}
            </Link>
          }
        >
          {t("people.noneHint")}
        </Empty>
      ) : (
        <>
          <Filters project={project} people={loaded} />
          {chosen.length > 0 && (
            <Compare
              people={loaded.filter((person) => chosen.includes(person.id))}
              onClear={() => void navigate({ search: (was) => ({ ...was, compare: undefined }) })}
            />
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
            onChoose={(compare) =>
              void navigate({
                replace: true,
                search: (was) => ({ ...was, compare: compare.length > 0 ? compare : undefined }),
              })
            }
          />
          <div className="flex flex-wrap items-center gap-3 text-quiet text-sm">
            <span className="tabular" role="status">
              {t("people.shown", {
                shown: number(shown.length),
                loaded: number(loaded.length),
                total: number(total),
              })}
            </span>
            {list.hasNextPage && (
              <Button
                small
                busy={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}
              >
                {t("people.more")}
              </Button>
            )}
          </div>
        </>
      )}
      <PersonaDrawer
        project={project}
        personaId={search.persona}
        onClose={() => void navigate({ search: (was) => ({ ...was, persona: undefined }) })}
      />
    </div>
  );
}

type Filter = { q?: string; segment?: string; gender?: string };

/** Whom the filters leave of the people who are loaded. */
function useShown(people: Persona[], { q, segment, gender }: Filter) {
  const words = useDeferredValue(q);
  return useMemo(() => {
    const wanted = words?.toLocaleLowerCase();
    return people.filter(
      (person) =>
        (!segment || person.segment_id === segment) &&
        (!gender || person.gender === gender) &&
        (!wanted || about(person).includes(wanted)),
    );
  }, [people, words, segment, gender]);
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
    </search>
  );
}
