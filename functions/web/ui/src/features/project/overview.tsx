import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useTitle } from "@/app/title";
import { buttonClass } from "@/components/ui/button";
import { Badge, Failure, Note } from "@/components/ui/states";
import { Generate } from "@/features/persona/components/generate";
import { summaryQuery } from "@/features/persona/hooks/personas";
import { RunCard } from "@/features/run/components/run-card";
import { isOver } from "@/features/run/hooks/run";
import { latestRunQuery } from "@/features/run/hooks/runs";
import { Figures } from "./components/figures";
import { type Project, useProject } from "./hooks/projects";

export function Overview() {
  const { data: project } = useProject();
  useTitle(project?.name);
  return project && <Content key={project.id} project={project} />;
}

function Content({ project }: { project: Project }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data: latest, error, refetch } = useQuery(latestRunQuery(project.id));
  const refresh = () => void client.invalidateQueries({ queryKey: ["project", project.id] });
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-wrap items-start justify-between gap-4">
        <div className="max-w-prose">
          <h1 className="font-semibold text-2xl">{project.name}</h1>
          {project.description && <p className="mt-1 text-quiet">{project.description}</p>}
        </div>
        <Badge>{t(`role.${project.role}`)}</Badge>
      </header>
      <Figures project={project} />
      {may(project.role, "editor") ? (
        <Generate key={project.id} project={project} />
      ) : (
        <Note>{t("state.readOnly")}</Note>
      )}
      <Failure failure={error} retry={() => void refetch()} />
      {latest && (
        <RunCard
          key={latest.id}
          runId={latest.id}
          read={latest}
          role={project.role}
          // what was over when it was read has changed nothing since
          onEnd={isOver(latest) ? undefined : refresh}
        />
      )}
      <Next project={project} />
    </div>
  );
}

function Next({ project }: { project: Project }) {
  const { t } = useTranslation();
  const params = { projectId: project.id };
  const summary = useQuery(summaryQuery(project.id));
  if (!summary.data?.active_personas) return null;
  return (
    <section className="flex flex-wrap items-center gap-3">
      <h2 className="font-semibold">{t("project.next")}</h2>
      <Link to="/projects/$projectId/people" params={params} className={buttonClass()}>
        {t("project.meet")}
      </Link>
      <Link to="/projects/$projectId/fidelity" params={params} className={buttonClass()}>
        {t("project.check")}
      </Link>
      {may(project.role, "editor") && (
        <>
          <Link to="/projects/$projectId/focus-groups" params={params} className={buttonClass()}>
            {t("project.talk")}
          </Link>
          <Link to="/projects/$projectId/surveys" params={params} className={buttonClass()}>
            {t("project.ask")}
          </Link>
        </>
      )}
    </section>
  );
}
