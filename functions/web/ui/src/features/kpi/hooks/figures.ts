import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, authorizedFetch, type Schemas, taken } from "@/api/client";
import { ProblemError, problemOf } from "@/api/problem";

export type Inputs = Schemas["KpiInputs"];
type Row = Schemas["KpiInputsRow"];
export type Segment = { id: string; name: string };

/** Industries that somebody has published a figure about. */
export const INDUSTRIES: Schemas["KpiIndustry"][] = [
  "airlines",
  "car_rental",
  "grocery",
  "hotels",
  "mobile",
  "package_holidays",
  "payments",
  "retail",
  "streaming",
  "tv_and_internet",
];

/** What a segment is asked for, in the order of the spreadsheet. */
export const COLUMNS = [
  "revenue",
  "margin",
  "orders",
  "customers",
  "churn",
  "spend",
  "new_customers",
  "visits",
] as const;
export type Column = (typeof COLUMNS)[number];
/** The spreadsheet's word for all customers together. */
export const ALL = "all";

export type Benchmark = { metric: Schemas["KpiMetric"]; value: string; source: string; on: string };

/** Figures as they are being written: texts, because a half-written number is none. */
export type FiguresDraft = {
  currency: string;
  period: Schemas["KpiPeriod"];
  basis: Schemas["KpiBasis"];
  /** Of amounts with tax. */
  vat: string;
  discount: string;
  industry: Schemas["KpiIndustry"] | "";
  rows: Record<string, Partial<Record<Column, string>>>;
  benchmarks: Benchmark[];
};

const of = (project_id: string) => ({ params: { path: { project_id } } });
export const templatePath = (projectId: string) =>
  `/api/v1/projects/${projectId}/kpi-inputs/template.csv`;

export const inputsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "kpi-inputs"],
    queryFn: () => taken(api.GET("/api/v1/projects/{project_id}/kpi-inputs", of(projectId))),
  });

/** The segments that figures can be of, as the spreadsheet names them in the project's language. */
export const segmentsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "kpi-segments"],
    queryFn: async () => {
      const response = await authorizedFetch(new Request(templatePath(projectId)));
      if (!response.ok) throw problemOf(response, await response.json().catch(() => null));
      return segmentsOf(await response.text());
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The first two cells of each line below the head; a name may stand in quotes. */
export function segmentsOf(template: string): Segment[] {
  const lines = template.replace(/^\ufeff/, "").split(/\r?\n/);
  return lines.slice(1).flatMap((line) => {
    const [, id, quoted, plain] = line.match(/^([^,]+),(?:"((?:[^"]|"")*)"|([^,]*))/) ?? [];
    return id ? [{ id, name: (quoted?.replaceAll('""', '"') ?? plain) || id }] : [];
  });
}

const isOfMetrics = ({ queryKey }: { queryKey: readonly unknown[] }) => queryKey[2] === "kpi";

export function useSaveFigures(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["PutKpiInputs"]) =>
      taken(api.PUT("/api/v1/projects/{project_id}/kpi-inputs", { ...of(projectId), body })),
    onSuccess: (inputs) => {
      client.setQueryData(inputsQuery(projectId).queryKey, inputs);
      // what was computed from the figures before is out of date now
      void client.invalidateQueries({ queryKey: ["persona"], predicate: isOfMetrics });
    },
  });
}

export const useRecalculateAll = (projectId: string) =>
  useMutation({
    mutationFn: () =>
      taken(api.POST("/api/v1/projects/{project_id}/kpi/recalculate", of(projectId))),
  });

const text = (value: number | null | undefined) => (value == null ? "" : String(value));
const figure = (value: string | undefined) =>
  value === undefined || value.trim() === "" ? null : Number(value);

export function asDraft({ inputs }: Inputs): FiguresDraft {
  const rows = (inputs?.figures ?? []).map((row): [string, FiguresDraft["rows"][string]] => [
    row.segment ?? ALL,
    Object.fromEntries(COLUMNS.map((column) => [column, text(row[column])])),
  ]);
  return {
    currency: inputs?.currency ?? "PLN",
    period: inputs?.period ?? "monthly",
    basis: inputs?.basis ?? "net",
    vat: text(inputs?.vat_rate),
    discount: text(inputs?.discount_rate),
    industry: inputs?.industry ?? "",
    rows: Object.fromEntries(rows),
    benchmarks: (inputs?.benchmarks ?? []).map((one) => ({
      metric: one.metric,
      value: text(one.value),
      source: one.source,
      on: one.published_on,
    })),
  };
}

/** The segments that have a figure, in the order in which they are sent: errors name them by number. */
export const given = (draft: FiguresDraft) =>
  Object.keys(draft.rows).filter((id) =>
    COLUMNS.some((column) => figure(draft.rows[id]?.[column]) !== null),
  );

/** What is sent; with a spreadsheet its lines stand in the place of the table's. */
export function asInputs(draft: FiguresDraft, csv?: string): Schemas["PutKpiInputs"] {
  const row = (id: string): Row => ({
    segment: id === ALL ? null : id,
    ...Object.fromEntries(COLUMNS.map((column) => [column, figure(draft.rows[id]?.[column])])),
  });
  return {
    currency: draft.currency.trim().toUpperCase(),
    period: draft.period,
    basis: draft.basis,
    vat_rate: draft.basis === "gross" ? figure(draft.vat) : null,
    discount_rate: figure(draft.discount),
    industry: draft.industry || null,
    benchmarks: draft.benchmarks.map(({ metric, value, source, on }) => ({
      metric,
      value: Number(value),
      source,
      published_on: on,
    })),
    ...(csv === undefined ? { figures: given(draft).map(row) } : { csv }),
  };
}

export type LineError = { line: number; column: string | null; rule: string };

/** The wrong lines of a spreadsheet, which the server tells by number as `csv.<line>.<column>`. */
export function lineErrors(failure: unknown): LineError[] {
  if (!(failure instanceof ProblemError)) return [];
  return failure.fields.flatMap(({ field, rule }) => {
    const [, line, column] = field.match(/^csv\.(\d+)(?:\.(\w+))?$/) ?? [];
    return line ? [{ line: Number(line), column: column ?? null, rule }] : [];
  });
}

/** Whether every rule that is broken is shown beside its own field. */
export const isMarked = (failure: unknown): boolean =>
  failure instanceof ProblemError &&
  failure.fields.length > 0 &&
  failure.fields.every(({ field }) =>
    /^(figures|benchmarks)\.\d+\.|^(currency|discount|vat)/.test(field),
  );
