import { Plus, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { fieldError, Input, Select } from "@/components/ui/field";
import { type Benchmark, type FiguresDraft, INDUSTRIES } from "../hooks/figures";

/** Of what somebody may have published a figure. */
const METRICS: Benchmark["metric"][] = [
  "conversion_rate",
  "retention_rate",
  "nps_score",
  "ltv",
  "cac",
  "cac_ltv_ratio",
];

/** Published figures of others: they fill a gap, are called benchmarks everywhere, and name who says so. */
export function Benchmarks({
  draft: { benchmarks, industry },
  disabled,
  failure,
  set: setPart,
}: {
  draft: FiguresDraft;
  disabled: boolean;
  failure: unknown;
  set: (part: Partial<FiguresDraft>) => void;
}) {
  const { t } = useTranslation();
  const set = (benchmarks: Benchmark[]) => setPart({ benchmarks });
  const free = METRICS.filter((metric) => benchmarks.every((one) => one.metric !== metric));
  const change = (index: number, part: Partial<Benchmark>) =>
    set(benchmarks.map((one, at) => (at === index ? { ...one, ...part } : one)));
  const [next] = free;
  return (
    <fieldset disabled={disabled} className="flex flex-col gap-3">
      <legend className="mb-1 font-semibold">{t("figures.benchmarks")}</legend>
      <p className="max-w-prose text-quiet text-sm">{t("figures.benchmarksHint")}</p>
      <Select
        className="max-w-md"
        label={t("figures.industry")}
        hint={t("figures.industryHint")}
        value={industry ?? ""}
        onChange={(event) => setPart({ industry: event.target.value as FiguresDraft["industry"] })}
      >
        <option value="">{t("figures.noIndustry")}</option>
        {INDUSTRIES.map((one) => (
          <option key={one} value={one}>
            {t(`figures.industries.${one}`)}
          </option>
        ))}
      </Select>
      {benchmarks.map((one, index) => (
        <div
          key={one.metric}
          className="grid items-start gap-3 sm:grid-cols-[12rem_7rem_1fr_10rem_auto]"
        >
          <Select
            label={t("figures.metric")}
            value={one.metric}
            onChange={(event) =>
              change(index, { metric: event.target.value as Benchmark["metric"] })
            }
          >
            {METRICS.filter((metric) => metric === one.metric || free.includes(metric)).map(
              (metric) => (
                <option key={metric} value={metric}>
                  {t(`kpi.metric.${metric}`)}
                </option>
              ),
            )}
          </Select>
          <Input
            label={t("figures.value")}
            type="number"
            step="any"
            required
            value={one.value}
            error={fieldError(failure, `benchmarks.${index}.value`)}
            onChange={(event) => change(index, { value: event.target.value })}
          />
          <Input
            label={t("figures.source")}
            required
            minLength={3}
            maxLength={500}
            value={one.source}
            error={fieldError(failure, `benchmarks.${index}.source`)}
            onChange={(event) => change(index, { source: event.target.value })}
          />
          <Input
            label={t("figures.published")}
            type="date"
            required
            value={one.on}
            error={fieldError(failure, `benchmarks.${index}.published_on`)}
            onChange={(event) => change(index, { on: event.target.value })}
          />
          <Button
            look="quiet"
            small
            className="sm:mt-7"
            aria-label={t("figures.removeBenchmark", { metric: t(`kpi.metric.${one.metric}`) })}
            onClick={() => set(benchmarks.filter((_, at) => at !== index))}
          >
            <Trash2 aria-hidden className="size-4" />
          </Button>
        </div>
      ))}
      {!disabled && next && (
        <div>
          <Button
            small
            onClick={() => set([...benchmarks, { metric: next, value: "", source: "", on: "" }])}
          >
            <Plus aria-hidden className="size-4" />
            {t("figures.addBenchmark")}
          </Button>
        </div>
      )}
    </fieldset>
  );
}
