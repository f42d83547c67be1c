import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { forget, runsOf, useKept } from "@/app/kept";
import { useTitle } from "@/app/title";
import { Button } from "@/components/ui/button";
import { Empty, Failure, Loading } from "@/components/ui/states";
import { documentsQuery } from "@/features/document/hooks/documents";
import { groupsQuery } from "@/features/focus-group/hooks/groups";
import { ToGenerate } from "@/features/project/components/to-generate";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { surveysQuery } from "@/features/survey/hooks/surveys";
import { RunCard } from "./components/run-card";

export function Runs() {
  const { t } = useTranslation();
  const { data: project } = useProject();
  useTitle(t("nav.runs"), project?.name);
  return project && <Content project={project} />;
}

type Known = { id: string; title?: string; started: boolean };

/**
 * The runs of a project that are known here, as no route lists them: the latest of each focus group, survey and
 * document that is loaded, and what was started in this browser.
 */
function Content({ project }: { project: Project }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const started = useKept(runsOf(project.id));
  const groups = useQuery(groupsQuery(project.id));
  const surveys = useQuery(surveysQuery(project.id));
  const documents = useInfiniteQuery(documentsQuery(project.id));
  const loading = groups.isPending || surveys.isPending || documents.isPending;
  const failure = groups.error ?? surveys.error ?? documents.error;
  const own = documents.data?.pages
    .flatMap((page) => page.documents)
    .filter((document) => document.project_id === project.id);
  const known: Known[] = [
    ...started.map((id) => ({ id, started: true })),
    ...of(groups.data?.map(({ run_id, name }) => [run_id, name])),
    ...of(surveys.data?.map(({ run_id, title }) => [run_id, title])),
    ...of(own?.map(({ run_id, title }) => [run_id, title])),
  ];
  // what this page shows stays as it is; what others show of the project is read again when they are opened
  const refresh = () =>
    void client.invalidateQueries({ queryKey: ["project", project.id], refetchType: "none" });
  return (
    <div className="flex max-w-4xl flex-col gap-4">
      <h1 className="font-semibold text-2xl">{t("nav.runs")}</h1>
      <p className="text-quiet">{t("run.which")}</p>
      <Failure failure={failure} />
      {loading ? (
        <Loading />
      ) : known.length === 0 ? (
        <Empty title={t("run.none")} action={<ToGenerate project={project} />}>
          {t("run.noneHint")}
        </Empty>
      ) : (
        known.map(({ id, title, started: here }) => (
          <div key={id} className="flex flex-col gap-1">
            <RunCard runId={id} role={project.role} title={title} onEnd={refresh} />
            {here && (
              <Button
                small
                look="quiet"
                className="self-end"
                onClick={() => forget(runsOf(project.id), id)}
              >
                {t("run.forget")}
              </Button>
            )}
          </div>
        ))
      )}
    </div>
  );
}

function of(pairs: [string | null | undefined, string][] | undefined): Known[] {
  return (pairs ?? []).flatMap(([id, title]) => (id ? [{ id, title, started: false }] : []));
}
