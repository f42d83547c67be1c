import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { Badge } from "@/components/ui/states";
import type { Project } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { type Figure, isFigure, type Metric, type Outcome, written } from "../hooks/metrics";

const TONES = {
  own_figures: "good",
  human_answers: "good",
  simulated_answers: "warn",
  official_table: "info",
  benchmark: "plain",
} as const;

/** One metric: its value and range, what it rests on, and on request how it was made. */
export function MetricCard({
  metric,
  outcome,
  trend,
  project,
}: {
  metric: Metric;
  outcome: Outcome;
  /** Its values until now, the oldest first. */
  trend: number[];
  project: Project;
}) {
  const { t } = useTranslation();
  return (
    <article className="card flex flex-col gap-1.5 px-4 py-3">
      <h4 className="text-quiet text-sm">{t(`kpi.metric.${metric}`)}</h4>
      {isFigure(outcome) ? (
        <Known metric={metric} figure={outcome} trend={trend} />
      ) : (
        <>
          <p className="text-lg text-quiet">{t("kpi.unknown")}</p>
          <p className="text-sm">{outcome.absent_because}</p>
          {may(project.role, "editor") && metric !== "segment_size" && metric !== "nps_score" && (
            <Link
              to="/projects/$projectId/figures"
              params={{ projectId: project.id }}
              className="text-accent text-sm underline"
            >
              {t("kpi.give")}
            </Link>
          )}
        </>
      )}
    </article>
  );
}

function Known({ metric, figure, trend }: { metric: Metric; figure: Figure; trend: number[] }) {
  const { t } = useTranslation();
  const { language, number, percent } = useFormat();
  const write = written(metric, figure.unit, language, { number, percent });
  const { low, high, naive, benchmark } = figure;
  const isBenchmark = figure.sources.every((source) => source.kind === "benchmark");
  const unit = ["segment_size", "nps_score", "retention_rate"].includes(metric) && figure.unit;
  return (
    <>
      <p className="tabular font-semibold text-xl">
        {write(figure.value)}
        {unit && <span className="ml-1.5 font-normal text-quiet text-sm">{unit}</span>}
      </p>
      <p className="tabular text-sm">
        {low != null && high != null
          ? t("kpi.range", { low: write(low), high: write(high) })
          : t("kpi.noRange")}
      </p>
      <Trend values={trend} write={write} />
      {figure.sources.map((source) => (
        <p key={source.name} className="text-sm">
          <Badge tone={TONES[source.kind]}>{t(`kpi.source.${source.kind}`)}</Badge>{" "}
          <span className="text-quiet">{source.name}</span>
        </p>
      ))}
      {benchmark && !isBenchmark && (
        <p className="text-quiet text-sm">
          {t("kpi.published", { value: write(benchmark.value), source: benchmark.source })}
        </p>
      )}
      <details className="text-sm">
        <summary className="text-quiet">{t("kpi.how")}</summary>
        <p className="mt-1">{figure.method}</p>
        <p className="mt-1">{t(`kpi.confidence.${figure.confidence}`)}</p>
        {naive != null && (
          <p className="mt-1">
            {t(figure.is_told_apart ? "kpi.toldApart" : "kpi.notToldApart", {
              naive: write(naive),
            })}
          </p>
        )}
      </details>
    </>
  );
}

/** A small line from the first value to the last; nothing where there is no way between them. */
function Trend({ values, write }: { values: number[]; write: (value: number) => string }) {
  const { t } = useTranslation();
  const [first, last] = [values[0], values.at(-1)];
  if (values.length < 2 || first == null || last == null) return null;
  const low = Math.min(...values);
  const height = Math.max(...values) - low || 1;
  const points = values.map(
    (value, place) =>
      `${(100 * place) / (values.length - 1)},${22 - (20 * (value - low)) / height}`,
  );
  return (
    <figure className="flex items-center gap-2 text-quiet text-sm">
      <svg aria-hidden="true" viewBox="0 0 100 24" className="h-6 w-24">
        <polyline points={points.join(" ")} className="fill-none stroke-accent" strokeWidth="2" />
      </svg>
      <figcaption className="tabular">
        {t("kpi.trend", { times: values.length, first: write(first), last: write(last) })}
      </figcaption>
    </figure>
  );
}
