import { queryOptions } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, type Schemas, taken } from "@/api/client";

export type Snapshot = Schemas["KpiSnapshot"];
export type Outcome = Schemas["KpiOutcome"];
export type Figure = Schemas["KpiFigure"];
export type Metric = Schemas["KpiMetric"];

const of = (persona_id: string) => ({ params: { path: { persona_id } } });

export const metricsQuery = (personaId: string) =>
  queryOptions({
    queryKey: ["persona", personaId, "kpi"],
    queryFn: () => taken(api.GET("/api/v1/personas/{persona_id}/kpi", of(personaId))),
  });

/** The snapshots of the persona's segment, one for each time that something was computed anew, the newest first. */
export const historyQuery = (personaId: string) =>
  queryOptions({
    queryKey: [...metricsQuery(personaId).queryKey, "history"],
    queryFn: () => taken(api.GET("/api/v1/personas/{persona_id}/kpi/history", of(personaId))),
  });

/** What a metric was worth each time that it had a value, the oldest first. */
export const trend = (history: Snapshot[], metric: Metric): number[] =>
  history.toReversed().flatMap(({ metrics }) => {
    const outcome = metrics[metric];
    return outcome && isFigure(outcome) ? [outcome.value] : [];
  });

/** Computes the metrics of the persona's segment; whoever shares the segment sees them as well. */
export const useRecalculate = (personaId: string) =>
  useChange([metricsQuery(personaId).queryKey, ["persona", personaId, "details"]], () =>
    taken(api.POST("/api/v1/personas/{persona_id}/kpi/recalculate", of(personaId))),
  );

export const isFigure = (outcome: Outcome): outcome is Figure => "value" in outcome;

type Write = { number: (n: number, digits?: number) => string; percent: (n: number) => string };

/**
 * How a figure of a metric is written. The metric says in what; only money says its own unit, a code of
 * ISO 4217, and a benchmark of money may have none.
 */
export function written(metric: Metric, unit: string, language: string, write: Write) {
  return (value: number): string => {
    switch (metric) {
      case "segment_size":
        return write.number(value);
      case "conversion_rate":
      case "retention_rate":
        return write.percent(value);
      case "nps_score":
        return write.number(value, 1);
      case "cac_ltv_ratio":
        return write.percent(value / 100);
      default:
        return money(value, unit, language);
    }
  };
}

function money(value: number, currency: string, language: string): string {
  const digits = { maximumFractionDigits: Math.abs(value) < 100 ? 2 : 0 };
  if (!/^[A-Z]{3}$/.test(currency)) return new Intl.NumberFormat(language, digits).format(value);
  return new Intl.NumberFormat(language, { style: "currency", currency, ...digits }).format(value);
}
