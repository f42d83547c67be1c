import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Source } from "@/components/ui/source";
import { Badge } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import { Quotes } from "./quotes";

type Of = { projectId: string };

/** What they want to get done, the most pressing first. */
export function Jobs({ jobs, projectId }: Of & { jobs: Schemas["JobToBeDone"][] }) {
  const { t } = useTranslation();
  return (
    <Kind title={t("need.jobs")} hint={t("need.jobsHint")}>
      {jobs.map((job) => (
        <Need key={job.job_statement} title={job.job_statement} isHypothesis={job.is_hypothesis}>
          <Facts>
            <Score name={t("need.priority")} of={10} value={job.priority_score} />
            <span>{t(`need.frequency.${job.frequency}`)}</span>
            <span>{t(`need.difficulty.${job.difficulty}`)}</span>
          </Facts>
          <Quotes quotes={job.quotes} places={job.quote_places} projectId={projectId} />
        </Need>
      ))}
    </Kind>
  );
}

/** What they measure success by, the greatest opportunity first. */
export function Outcomes({ outcomes }: { outcomes: Schemas["DesiredOutcome"][] }) {
  const { t } = useTranslation();
  return (
    <Kind
      title={t("need.outcomes")}
      hint={t("need.outcomesHint")}
      source={t("need.opportunityRule")}
    >
      {outcomes.map((outcome) => (
        <Need
          key={outcome.outcome_statement}
          title={outcome.outcome_statement}
          isHypothesis={outcome.is_hypothesis}
        >
          <Opportunity outcome={outcome} />
          <Facts>
            <Score name={t("need.importance")} of={10} value={outcome.importance} />
            <Score
              name={t("need.satisfaction")}
              of={10}
              value={outcome.satisfaction_current_solutions}
            />
            {outcome.is_measurable && <span>{t("need.measurable")}</span>}
          </Facts>
        </Need>
      ))}
    </Kind>
  );
}

/** What hurts, the worst first. */
export function Pains({ pains, projectId }: Of & { pains: Schemas["PainPoint"][] }) {
  const { t } = useTranslation();
  const { percent } = useFormat();
  return (
    <Kind title={t("need.pains")} hint={t("need.painsHint")}>
      {pains.map((pain) => (
        <Need key={pain.pain_title} title={pain.pain_title} isHypothesis={pain.is_hypothesis}>
          <p>{pain.pain_description}</p>
          <Facts>
            <Score name={t("need.severity")} of={10} value={pain.severity} />
            <span>{t(`need.frequency.${pain.frequency}`)}</span>
            {pain.percent_affected != null && (
              <span>{t("need.affected", { share: percent(pain.percent_affected, 0) })}</span>
            )}
          </Facts>
          <Quotes quotes={pain.quotes} places={pain.quote_places} projectId={projectId} />
          {pain.potential_solutions.length > 0 && (
            <p className="text-sm">
              <span className="text-quiet">{t("need.solutions")}</span>{" "}
              {pain.potential_solutions.join("; ")}
            </p>
          )}
        </Need>
      ))}
    </Kind>
  );
}

function Kind({
  title,
  hint,
  source,
  children,
}: {
  title: string;
  hint: string;
  source?: string;
  children: ReactNode[];
}) {
  const { t } = useTranslation();
  return (
    <section className="flex flex-col gap-2.5">
      <div>
        <h3 className="flex items-center gap-1 font-semibold text-lg">
          {title}
          {source && <Source of={title}>{source}</Source>}
        </h3>
        <p className="text-quiet text-sm">{hint}</p>
      </div>
      {children.length === 0 ? (
        <p className="text-quiet">{t("need.noneOfThese")}</p>
      ) : (
        <ol className="flex flex-col gap-2.5">{children}</ol>
      )}
    </section>
  );
}

function Need({
  title,
  isHypothesis,
  children,
}: {
  title: string;
  isHypothesis: boolean;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <li className="card flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-3 gap-y-1">
        <h4 className="min-w-0 flex-1 basis-60 font-medium">{title}</h4>
        <Badge tone={isHypothesis ? "warn" : "good"}>
          {t(isHypothesis ? "need.hypothesis" : "need.quoted")}
        </Badge>
      </div>
      {children}
    </li>
  );
}

function Facts({ children }: { children: ReactNode }) {
  return <p className="tabular flex flex-wrap gap-x-4 gap-y-1 text-quiet text-sm">{children}</p>;
}

function Score({ name, value, of }: { name: string; value: number; of: number }) {
  const { t } = useTranslation();
  return (
    <span>
      {name} <span className="font-medium text-ink">{t("need.score", { value, of })}</span>
    </span>
  );
}

const MOST_OPPORTUNITY = 100;

/** How much of an opportunity an outcome is: a bar on the whole of its scale. */
function Opportunity({ outcome }: { outcome: Schemas["DesiredOutcome"] }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const share = Math.min(1, Math.max(0, outcome.opportunity_score / MOST_OPPORTUNITY));
  return (
    <div className="grid grid-cols-[auto_1fr_auto] items-center gap-3 text-sm">
      <span>{t("need.opportunity")}</span>
      <span aria-hidden className="h-2 rounded-full bg-sunken">
        <span
          className="block h-full rounded-full bg-bar"
          style={{ width: `${share * MOST_OPPORTUNITY}%` }}
        />
      </span>
      <span className="tabular font-medium">
        {t("need.score", { value: number(outcome.opportunity_score), of: MOST_OPPORTUNITY })}
      </span>
    </div>
  );
}
