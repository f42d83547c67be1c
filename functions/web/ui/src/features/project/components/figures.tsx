import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Failure, Skeleton } from "@/components/ui/states";
import { VerdictBadge } from "@/features/fidelity/components/verdict";
import { fidelityQuery } from "@/features/fidelity/hooks/fidelity";
import { summaryQuery } from "@/features/persona/hooks/personas";
import { budgetQuery } from "@/features/usage/hooks/usage";
import { useFormat } from "@/i18n/format";
import type { Project } from "../hooks/projects";

/** How many people a project has, how well they fit and what they cost, each with the way to more. */
export function Figures({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { number, money } = useFormat();
  const summary = useQuery(summaryQuery(project.id));
  const fidelity = useQuery(fidelityQuery(project.id));
  const budget = useQuery(budgetQuery(project.id));
  const params = { projectId: project.id };
  return (
    <div className="grid gap-4 sm:grid-cols-3">
      <Figure title={t("nav.people")} to="/projects/$projectId/people" params={params}>
        <Read query={summary}>
          {(people) => <span className="tabular text-2xl">{number(people.active_personas)}</span>}
        </Read>
        <p className="text-quiet text-sm">
          {t("project.wanted", { count: project.target_sample_size })}
        </p>
      </Figure>
      <Figure title={t("nav.fidelity")} to="/projects/$projectId/fidelity" params={params}>
        <Read query={fidelity}>
          {(report) =>
            report ? (
              <>
                <VerdictBadge verdict={report.verdict} />
                <p className="text-quiet text-sm">{t("fidelity.over", { count: report.people })}</p>
              </>
            ) : (
              <p className="text-quiet">{t("fidelity.none")}</p>
            )
          }
        </Read>
      </Figure>
      <Figure title={t("nav.usage")} to="/projects/$projectId/usage" params={params}>
        <Read query={budget}>
          {({ spent_usd, cap_usd }) => (
            <>
              <span className="tabular text-2xl">{money(Number(spent_usd))}</span>
              <p className="text-quiet text-sm">
                {cap_usd == null
                  ? t("usage.noCap")
                  : t("usage.ofCap", { cap: money(Number(cap_usd)) })}
              </p>
            </>
          )}
        </Read>
      </Figure>
    </div>
  );
}

/** What was read; before that its place, and what went wrong where nothing could be read. */
function Read<T>({
  query: { data, error, refetch },
  children,
}: {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}) {
  if (data !== undefined) return children(data);
  // above the link that covers the card
  if (error) return <Failure className="relative" failure={error} retry={() => void refetch()} />;
  return <Skeleton className="h-8 w-16" />;
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
