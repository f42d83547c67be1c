import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { Button } from "@/components/ui/button";
import { Interval } from "@/components/ui/interval";
import { Empty, Failure, Loading, Note } from "@/components/ui/states";
import { Cost } from "@/features/insight/components/cost";
import type { Project } from "@/features/project/hooks/projects";
import { RunCard } from "@/features/run/components/run-card";
import { useFormat } from "@/i18n/format";
import { type FocusGroup, type Summary, summaryQuery, useSummarise } from "../hooks/groups";
import { RestsOn, Said } from "./said";

/** The discussion summed up: every finding with the quotes that it rests on, each of which jumps to its turn. */
export function SummaryPanel({ group, project }: { group: FocusGroup; project: Project }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(summaryQuery(group.id));
  const make = useSummarise(group.id);
  const [runId, setRunId] = useState<string | null>(null);
  const start = may(project.role, "editor") && group.status === "completed" && (
    <Button
      look={data ? "plain" : "primary"}
      small={Boolean(data)}
      busy={make.isPending}
      onClick={() => make.mutate(undefined, { onSuccess: setRunId })}
    >
      {t(data ? "summary.again" : "summary.make")}
    </Button>
  );
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading lines={6} />;
  return (
    <div className="flex flex-col gap-5">
      <Failure failure={make.error} />
      {runId && (
        <RunCard
          key={runId}
          runId={runId}
          role={project.role}
          onEnd={() => {
            setRunId(null);
            void client.invalidateQueries({ queryKey: summaryQuery(group.id).queryKey });
          }}
        />
      )}
      {start && <Cost task="summary" projectId={project.id} />}
      {data ? (
        <Content group={group} summary={data} again={start} />
      ) : (
        <Empty title={t("summary.none")} action={start}>
          {t("summary.noneHint")}
        </Empty>
      )}
    </div>
  );
}

type Finding = Summary["evidence"]["insights"][number];

function Content({
  group,
  summary,
  again,
}: {
  group: FocusGroup;
  summary: Summary;
  again: React.ReactNode;
}) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const { evidence, metadata } = summary;
  return (
    <>
      {metadata.is_simulated && <Note tone="warn">{t("group.simulated")}</Note>}
      <p className="max-w-prose text-lg leading-relaxed">{summary.executive_summary}</p>
      <section>
        <h2 className="mb-2 font-semibold text-lg">{t("summary.sentiment")}</h2>
        <ul className="flex max-w-xl flex-col gap-2">
          {evidence.sentiment.map((share) => (
            <li
              key={share.label}
              className="grid items-center gap-x-3 gap-y-1 sm:grid-cols-[8rem_1fr]"
            >
              <span>{t(`summary.tone.${share.label}`)}</span>
              <Interval {...share} of={t("summary.people", { people: share.people, n: share.n })} />
            </li>
          ))}
        </ul>
        {evidence.how_made && <p className="mt-2 text-quiet text-sm">{evidence.how_made.method}</p>}
      </section>
      <Findings group={group} title={t("summary.insights")} findings={evidence.insights} />
      <Findings group={group} title={t("summary.surprises")} findings={evidence.surprises} />
      {Object.keys(summary.segment_analysis).length > 0 && (
        <section>
          <h2 className="mb-2 font-semibold text-lg">{t("summary.segments")}</h2>
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
            {Object.entries(summary.segment_analysis).map(([segment, text]) => (
              <div key={segment} className="contents">
                <dt className="font-medium">{segment}</dt>
                <dd>{String(text)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {summary.recommendations.length > 0 && (
        <section>
          <h2 className="mb-2 font-semibold text-lg">{t("summary.recommendations")}</h2>
          <ul className="list-disc pl-5">
            {summary.recommendations.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </section>
      )}
      <Note>
        <ul className="list-disc pl-5">
          {summary.limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
          {evidence.quotes_dropped > 0 && (
            <li>{t("summary.quotesDropped", { count: evidence.quotes_dropped })}</li>
          )}
          {evidence.insights_dropped > 0 && (
            <li>{t("summary.insightsDropped", { count: evidence.insights_dropped })}</li>
          )}
        </ul>
      </Note>
      <footer className="flex flex-wrap items-center gap-4 text-quiet text-sm">
        <span>
          {t("summary.made", {
            model: metadata.model_used,
            when: moment(metadata.generated_at),
            version: metadata.version,
          })}
        </span>
        {again}
      </footer>
    </>
  );
}

function Findings({
  group,
  title,
  findings,
}: {
  group: FocusGroup;
  title: string;
  findings: Finding[];
}) {
  const { t } = useTranslation();
  if (findings.length === 0) return null;
  return (
    <section>
      <h2 className="mb-2 font-semibold text-lg">{title}</h2>
      <ul className="flex flex-col gap-3">
        {findings.map((finding) => (
          <li key={finding.text} className="card px-5 py-3.5">
            <p className="font-medium">{finding.text}</p>
            {finding.quotes.map((quote) => (
              <blockquote
                key={`${quote.response_id} ${quote.start}`}
                className="mt-2 border-line border-l-3 pl-3 text-quiet"
              >
                {t("state.quoted", { text: quote.text })}{" "}
                <Said group={group} turnId={quote.response_id} />
              </blockquote>
            ))}
            <RestsOn group={group} turnIds={finding.response_ids} />
          </li>
        ))}
      </ul>
    </section>
  );
}
