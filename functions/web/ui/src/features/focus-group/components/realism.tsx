import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { useTranslation } from "react-i18next";
import { Source } from "@/components/ui/source";
import { Badge, Empty, Failure, Loading, Note } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import { type FocusGroup, realismQuery } from "../hooks/groups";

/** Measures that are shares; the others are counts or indexes. */
const SHARES = new Set(["short_share", "moderator_share", "contradiction_share", "drift_share"]);

/** How the discussion measures beside five human groups. */
export function RealismPanel({ group }: { group: FocusGroup }) {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  const { data, error, refetch } = useQuery(realismQuery(group.id));
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading lines={6} />;
  if (data === null) return <Empty title={t("group.silent")} />;
  const figure = (key: string, value: number) =>
    SHARES.has(key) ? percent(value) : number(value, 2);
  return (
    <div className="flex flex-col gap-5">
      {data.is_simulated && <Note tone="warn">{t("realism.simulated")}</Note>}
      <p className="text-quiet">
        {t("realism.over", { turns: number(data.turns), words: number(data.words) })}
      </p>
      <ul className="flex flex-col gap-3">
        {data.measures.map((measure) => (
          <li
            key={measure.key}
            className="card grid items-center gap-x-5 gap-y-1 px-5 py-3 md:grid-cols-[15rem_5rem_1fr_8rem]"
          >
            <h2 className="flex items-center gap-1 font-medium">
              {t(`realism.${measure.key}`)}
              <Source of={t(`realism.${measure.key}`)}>
                <p>{t(`realism.rule.${measure.key}`)}</p>
                <p className="mt-1">{t("realism.n", { count: measure.n })}</p>
                {measure.band && (
                  <p className="mt-1">
                    {t(measure.band.is_range ? "realism.range" : "realism.twice", {
                      human: figure(measure.key, measure.band.human),
                    })}
                  </p>
                )}
              </Source>
            </h2>
            <span className="tabular font-semibold">
              {measure.value == null ? "–" : figure(measure.key, measure.value)}
            </span>
            {measure.band && measure.value != null ? (
              <Band value={measure.value} {...measure.band} />
            ) : (
              <span className="text-quiet text-sm">{t("realism.noBand")}</span>
            )}
            <span className="text-right">
              {measure.band && (
                <Badge tone={measure.is_outside ? "warn" : "good"}>
                  {t(measure.is_outside ? "realism.outside" : "realism.inside")}
                </Badge>
              )}
            </span>
          </li>
        ))}
      </ul>
      <Note>
        <ul className="list-disc pl-5">
          {data.limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
      </Note>
      <details className="text-quiet text-sm">
        <summary>{t("realism.manifest")}</summary>
        <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          <dt>{t("realism.seed")}</dt>
          <dd className="tabular">{data.manifest.seed}</dd>
          <dt>{t("realism.rules")}</dt>
          <dd>{data.manifest.rules_version}</dd>
          <dt>{t("realism.models")}</dt>
          <dd>{data.manifest.models.join(", ")}</dd>
          <dt>{t("realism.prompts")}</dt>
          <dd>{data.manifest.prompt_versions.join(", ")}</dd>
          <dt>SHA-256</dt>
          <dd className="break-all">{data.manifest.input_sha256}</dd>
        </dl>
      </details>
    </div>
  );
}

/** The figure on the band of human groups: their median as a line. */
function Band({
  value,
  low,
  human,
  high,
}: {
  value: number;
  low: number;
  human: number;
  high: number;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const most = Math.max(high, value) * 1.1;
  const at = (figure: number) => `${(figure / most) * 100}%`;
  const text = t("realism.band", {
    low: number(low, 2),
    high: number(high, 2),
    human: number(human, 2),
  });
  return (
    <div role="img" aria-label={text} title={text} className="relative h-5">
      <div className="absolute inset-x-0 top-1/2 h-px bg-line" />
      <div
        className="absolute inset-y-1 rounded-sm bg-accent-soft"
        style={{ left: at(low), width: at(high - low) }}
      />
      <div className="absolute inset-y-0.5 w-px bg-line-strong" style={{ left: at(human) }} />
      <div
        className={clsx(
          "-translate-x-1/2 absolute top-1 size-3 rounded-full",
          value < low || value > high ? "bg-bar-2" : "bg-bar",
        )}
        style={{ left: at(value) }}
      />
    </div>
  );
}
