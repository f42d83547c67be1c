import clsx from "clsx";
import { useTranslation } from "react-i18next";
import { pValue, useFormat } from "@/i18n/format";
import type { AttributeFit } from "../hooks/fidelity";
import { FitBadge, ProvenanceBadge } from "./verdict";

/** One attribute: each category's share beside its target, within what chance alone would show. */
export function Attribute({ fit }: { fit: AttributeFit }) {
  const { t } = useTranslation();
  const { percent, number } = useFormat();
  // one scale for the whole attribute, so that bars can be held against one another
  const most = Math.max(
    ...fit.categories.flatMap((one) => [one.achieved, one.noise[1] ?? 0]),
    0.01,
  );
  return (
    <section className="card mb-4 break-inside-avoid px-5 py-4" aria-label={fit.display}>
      <div className="flex flex-wrap items-center gap-2">
        <h3 className="font-semibold">{fit.display}</h3>
        <ProvenanceBadge provenance={fit.provenance} />
        <span className="ml-auto">
          <FitBadge verdict={fit.fit.verdict} />
        </span>
      </div>
      <p className="mt-0.5 text-quiet text-sm">{fit.source}</p>
      <table className="mt-3 w-full text-sm">
        <thead className="sr-only">
          <tr>
            <th>{t("fidelity.category")}</th>
            <th>{t("fidelity.chart")}</th>
            <th>{t("fidelity.achieved")}</th>
            <th>{t("fidelity.target")}</th>
            <th>{t("fidelity.noise")}</th>
          </tr>
        </thead>
        <tbody>
          {fit.categories.map((category) => (
            <tr key={category.key}>
              <th scope="row" className="w-40 py-1 pr-3 text-left font-normal">
                {category.display}
              </th>
              <td className="py-1">
                <Bar {...category} most={most} />
              </td>
              <td className="tabular w-16 py-1 pl-3 text-right font-medium">
                {percent(category.achieved)}
              </td>
              <td className="tabular w-16 py-1 pl-2 text-right text-quiet">
                {percent(category.target)}
              </td>
              <td className="tabular hidden w-32 py-1 pl-2 text-right text-quiet lg:table-cell">
                {percent(category.noise[0] ?? 0)}–{percent(category.noise[1] ?? 0)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-3 text-quiet text-sm">
        {t("fidelity.distance", {
          tv: percent(fit.fit.total_variation),
          p95: percent(fit.fit.noise_floor.p95),
        })}{" "}
        {fit.fit.chi_square.outcome === "tested"
          ? `χ²(${fit.fit.chi_square.degrees_of_freedom}) = ${number(fit.fit.chi_square.statistic, 2)}, ${pValue(fit.fit.chi_square.p_value, number)}, ${t("fidelity.power", { power: percent(fit.fit.chi_square.power.large, 0) })}`
          : t(`fidelity.untestable.${fit.fit.chi_square.why.reason}`)}
        {fit.fit.adjusted_p_value != null &&
          ` ${t("fidelity.adjusted", { p: pValue(fit.fit.adjusted_p_value, number) })}`}
        {fit.missing > 0 && ` ${t("fidelity.missing", { count: fit.missing })}`}
      </p>
    </section>
  );
}

/** The share as a bar, the target as a line, and the band that 95 of 100 random draws would stay in. */
export function Bar({
  achieved,
  target,
  noise,
  most,
}: {
  achieved: number;
  target: number;
  noise: number[];
  most: number;
}) {
  const [low = 0, high = 0] = noise;
  const at = (share: number) => `${Math.min(100, (share / most) * 100)}%`;
  const outside = achieved < low || achieved > high;
  return (
    <div aria-hidden className="relative h-5">
      <div
        className="absolute inset-y-0 rounded-sm bg-line"
        style={{ left: at(low), width: at(high - low) }}
      />
      <div
        className={clsx("absolute inset-y-1.5 left-0 rounded-sm", outside ? "bg-bar-2" : "bg-bar")}
        style={{ width: at(achieved) }}
      />
      <div className="absolute inset-y-0 w-0.5 bg-ink" style={{ left: at(target) }} />
    </div>
  );
}
