import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Bar } from "@/components/ui/bars";
import { Source } from "@/components/ui/source";
import { Badge, Note } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";

type Comparison = Schemas["PersonaComparison"];

/** With fewer pairs a rank among them says little. */
const FEW_PAIRS = 30;

/** How alike each two of them are, and what that comes from. */
export function Likeness({ comparison }: { comparison: Comparison }) {
  const { t } = useTranslation();
  const pairs = comparison.reference_pairs;
  return (
    <section className="flex flex-col gap-3">
      <h2 className="flex items-center gap-1 font-semibold text-lg">
        {t("compare.alike")}
        <Source of={t("compare.alike")}>{t("compare.alikeRule", { count: pairs })}</Source>
      </h2>
      {pairs < FEW_PAIRS && <Note tone="warn">{t("compare.fewPairs", { count: pairs })}</Note>}
      <ul className="grid gap-4 sm:grid-cols-[repeat(auto-fit,minmax(17rem,1fr))]">
        {comparison.explanations.map((explanation) => (
          <li key={explanation.persona_ids.join()} className="card flex flex-col gap-3 px-5 py-4">
            <Pair comparison={comparison} explanation={explanation} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Pair({
  comparison,
  explanation,
}: {
  comparison: Comparison;
  explanation: Comparison["explanations"][number];
}) {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  const [one = "", other = ""] = explanation.persona_ids;
  const name = (id: string) =>
    comparison.personas.find((person) => person.id === id)?.full_name ?? "";
  const share = comparison.similarity[one]?.[other];
  return (
    <>
      <h3 className="font-semibold">
        {name(one)} · {name(other)}
      </h3>
      {share !== undefined && (
        <div className="flex flex-col gap-1.5">
          <span aria-hidden>
            <Bar value={share} />
          </span>
          <p className="tabular text-sm">
            {t("compare.moreAlike", {
              share: percent(share, 0),
              pairs: number(comparison.reference_pairs),
            })}
          </p>
        </div>
      )}
      <div>
        <h4 className="mb-1 text-quiet text-sm">{t("compare.inCommon")}</h4>
        {explanation.in_common.length === 0 ? (
          <p className="text-sm">{t("compare.nothing")}</p>
        ) : (
          <ul className="flex flex-wrap gap-1.5">
            {explanation.in_common.map((word) => (
              <li key={word}>
                <Badge>{word}</Badge>
              </li>
            ))}
          </ul>
        )}
      </div>
      {explanation.apart.length > 0 && (
        <div>
          <h4 className="mb-1 text-quiet text-sm">{t("compare.apart")}</h4>
          <ul className="text-sm">
            {explanation.apart.map(({ field, standard_deviations: gap }) => (
              <li key={field} className="tabular">
                {t(gap > 0 ? "compare.more" : "compare.less", {
                  name: name(other),
                  trait: t(`trait.${field}`, { defaultValue: field }),
                  gap: number(Math.abs(gap), 1),
                })}
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
