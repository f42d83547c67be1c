import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useTitle } from "@/app/title";
import { More } from "@/components/more";
import { Select } from "@/components/ui/field";
import { Empty, Failure, Loading } from "@/components/ui/states";
import { documentsQuery } from "@/features/document/hooks/documents";
import { groupsQuery } from "@/features/focus-group/hooks/groups";
import { ToGenerate } from "@/features/project/components/to-generate";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { surveysQuery } from "@/features/survey/hooks/surveys";
import { RunCard } from "./components/run-card";
import { KINDS, type RunFilter, runFilter, runsQuery, STATUSES } from "./hooks/runs";

export function Runs() {
  const { t } = useTranslation();
  const { data: project } = useProject();
  useTitle(t("nav.runs"), project?.name);
  return project && <Content project={project} />;
}

/** The runs of a project, the newest first, whoever started them and wherever. */
function Content({ project }: { project: Project }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const filter = useSearch({ from: "/shell/projects/$projectId/runs" });
  const list = useInfiniteQuery(runsQuery(project.id, filter));
  const names = useNames(project.id);
  const runs = list.data?.pages.flatMap((page) => page.runs) ?? [];
  const isFiltered = Boolean(filter.kind || filter.status);
  // what this page shows stays as it is; what others show of the project is read again when they are opened
  const refresh = () =>
    void client.invalidateQueries({ queryKey: ["project", project.id], refetchType: "none" });
  return (
    <div className="flex max-w-4xl flex-col gap-4">
      <h1 className="font-semibold text-2xl">{t("nav.runs")}</h1>
      {(runs.length > 0 || isFiltered) && <Filters filter={filter} />}
      {list.error ? (
        <Failure failure={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Loading />
      ) : runs.length > 0 ? (
        <>
          {runs.map((run) => (
            <RunCard
              key={run.id}
              runId={run.id}
              read={run}
              role={project.role}
              title={titled(t(`run.kind.${run.kind}`), names.get(run.subject_id))}
              onEnd={refresh}
            />
          ))}
          <More list={list} loaded={runs.length} total={list.data.pages[0]?.total ?? 0} />
        </>
      ) : isFiltered ? (
        <p className="text-quiet">{t("run.noneSuch")}</p>
      ) : (
        <Empty title={t("run.none")} action={<ToGenerate project={project} />}>
          {t("run.noneHint")}
        </Empty>
      )}
    </div>
  );
}

const titled = (kind: string, name: string | undefined) => (name ? `${kind}: ${name}` : kind);

/** What groups, surveys and documents are called. A run says its kind while they are not known. */
function useNames(projectId: string): Map<string, string> {
  const groups = useQuery(groupsQuery(projectId));
  const surveys = useQuery(surveysQuery(projectId));
  const documents = useInfiniteQuery(documentsQuery(projectId));
  return new Map([
    ...(groups.data ?? []).map(({ id, name }) => [id, name] as const),
    ...(surveys.data ?? []).map(({ id, title }) => [id, title] as const),
    ...(documents.data?.pages ?? [])
      .flatMap((page) => page.documents)
      .map(({ id, title }) => [id, title] as const),
  ]);
}

function Filters({ filter }: { filter: RunFilter }) {
  const { t } = useTranslation();
  const navigate = useNavigate({ from: "/projects/$projectId/runs" });
  const set = (change: Record<string, string>) =>
    void navigate({ replace: true, search: (was) => runFilter({ ...was, ...change }) });
  return (
    <search className="flex flex-wrap items-end gap-3">
      <div className="w-56">
        <Select
          label={t("run.what")}
          value={filter.kind ?? ""}
          onChange={(event) => set({ kind: event.target.value })}
        >
          <option value="">{t("people.all")}</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`run.kind.${kind}`)}
            </option>
          ))}
        </Select>
      </div>
      <div className="w-44">
        <Select
          label={t("run.stands")}
          value={filter.status ?? ""}
          onChange={(event) => set({ status: event.target.value })}
        >
          <option value="">{t("people.all")}</option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {t(`run.status.${status}`)}
            </option>
          ))}
        </Select>
      </div>
    </search>
  );
}
