import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useTitle } from "@/app/title";
import { buttonClass } from "@/components/ui/button";
import { Badge, Note, Skeleton } from "@/components/ui/states";
import { VerdictBadge } from "@/features/fidelity/components/verdict";
import { fidelityQuery } from "@/features/fidelity/hooks/fidelity";
import { Generate } from "@/features/persona/components/generate";
import { summaryQuery } from "@/features/persona/hooks/personas";
import { RunCard } from "@/features/run/components/run-card";
import { isOver } from "@/features/run/hooks/run";
import { latestRunQuery } from "@/features/run/hooks/runs";
import { budgetQuery } from "@/features/usage/hooks/usage";
import { useFormat } from "@/i18n/format";
import { type Project, useProject } from "./hooks/projects";

export function Overview() {
  const { data: project } = useProject();
  useTitle(project?.name);
  return project && <Content project={project} />;
}

function Content({ project }: { project: Project }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data: latest } = useQuery(latestRunQuery(project.id));
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
        <Generate project={project} />
      ) : (
        <Note>{t("state.readOnly")}</Note>
      )}
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

function Figures({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { number, money } = useFormat();
  const summary = useQuery(summaryQuery(project.id));
  const fidelity = useQuery(fidelityQuery(project.id));
  const budget = useQuery(budgetQuery(project.id));
  const params = { projectId: project.id };
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <Figure title={t("nav.people")} to="/projects/$projectId/people" params={params}>
        {summary.data ? (
          <span className="tabular text-2xl">{number(summary.data.active_personas)}</span>
        ) : (
          <Skeleton className="h-8 w-16" />
        )}
        <p className="text-quiet text-sm">
          {t("project.wanted", { count: project.target_sample_size })}
        </p>
      </Figure>
      <Figure title={t("nav.fidelity")} to="/projects/$projectId/fidelity" params={params}>
        {fidelity.isPending ? (
          <Skeleton className="h-8 w-24" />
        ) : fidelity.data ? (
          <VerdictBadge verdict={fidelity.data.verdict} />
        ) : (
          <p className="text-quiet">{t("fidelity.none")}</p>
        )}
        {fidelity.data && (
          <p className="text-quiet text-sm">
            {t("fidelity.over", { count: fidelity.data.people })}
          </p>
        )}
      </Figure>
      <Figure title={t("nav.usage")} to="/projects/$projectId/usage" params={params}>
        {budget.data ? (
          <span className="tabular text-2xl">{money(Number(budget.data.spent_usd))}</span>
        ) : (
          <Skeleton className="h-8 w-16" />
        )}
        {budget.data && (
          <p className="text-quiet text-sm">
            {budget.data.cap_usd == null
              ? t("usage.noCap")
              : t("usage.ofCap", { cap: money(Number(budget.data.cap_usd)) })}
          </p>
        )}
      </Figure>
    </div>
  );
}

function Figure({
  title,
  to,
  params,
  children,
}: {
  title: string;
  to:
    | "/projects/$projectId/people"
    | "/projects/$projectId/fidelity"
    | "/projects/$projectId/usage";
  params: { projectId: string };
  children: ReactNode;
}) {
  return (
    <section className="card relative flex flex-col items-start gap-1 px-5 py-4 hover:shadow-md">
      <h2 className="font-medium text-quiet text-sm">
        <Link to={to} params={params} className="after:absolute after:inset-0 after:rounded-card">
          {title}
        </Link>
      </h2>
      {children}
    </section>
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
