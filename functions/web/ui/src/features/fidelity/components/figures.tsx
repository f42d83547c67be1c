import { useTranslation } from "react-i18next";
import { Figure } from "@/components/ui/figure";
import { useFormat } from "@/i18n/format";
import type { Report } from "../hooks/fidelity";

/** How different the people are from one another, and what is wrong with them, each figure with its rule. */
export function Figures({ report }: { report: Report }) {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  const { diversity, near_duplicates: twins } = report;
  return (
    <section>
      <h2 className="mb-2 font-semibold text-lg">{t("fidelity.figures")}</h2>
      <dl className="grid gap-3 sm:grid-cols-2 lg:grid-cols-3 *:card *:px-4 *:py-3">
        <Figure name={t("figure.names")} rule={t("figure.namesRule")}>
          {t("figure.of", { part: number(diversity.distinct_names), whole: number(report.people) })}
        </Figure>
        <Figure name={t("figure.combinations")} rule={t("figure.combinationsRule")}>
          {t("figure.of", {
            part: number(diversity.distinct_combinations),
            whole: number(report.people),
          })}
        </Figure>
        <Figure
          name={t("figure.similarity")}
          rule={t("figure.similarityRule", { count: diversity.pairs_sampled })}
        >
          {diversity.mean_similarity == null ? "–" : number(diversity.mean_similarity, 3)}
        </Figure>
        <Figure name={t("figure.sentence")} rule={t("figure.sentenceRule")}>
          {percent(diversity.most_shared_sentence, 0)}
        </Figure>
        <Figure
          name={t("figure.twins")}
          rule={t(twins.exact ? "figure.twinsRule" : "figure.twinsAtLeast", {
            threshold: number(twins.threshold, 2),
          })}
        >
          {t("figure.of", { part: number(twins.people), whole: number(report.people) })}
        </Figure>
        <Figure name={t("figure.contradictions")} rule={t("figure.contradictionsRule")}>
          {t("figure.of", {
            part: number(report.contradictions.people),
            whole: number(report.people),
          })}
          <Tally by={report.contradictions.by_reason} />
        </Figure>
        <Figure name={t("figure.failed")} rule={t("figure.failedRule")}>
          {t("figure.of", { part: number(report.failed.people), whole: number(report.requested) })}
          <Tally by={report.failed.by_reason} />
        </Figure>
      </dl>
    </section>
  );
}

function Tally({ by }: { by: Record<string, number> }) {
  const reasons = Object.entries(by);
  if (reasons.length === 0) return null;
  return (
    <ul className="font-normal text-quiet text-sm">
      {reasons.map(([reason, count]) => (
        <li key={reason}>
          {reason}: {count}
        </li>
      ))}
    </ul>
  );
}
