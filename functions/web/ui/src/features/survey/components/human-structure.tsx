import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Scroll } from "@/components/ui/scroll";
import { pValue, useFormat } from "@/i18n/format";
import { HumanVerdict } from "./human-verdict";

const KINDS = ["pairs", "who"] as const;

/** Whether answers hang together as people's do, and what nobody looked at: both decide what a verdict is worth. */
export function HumanStructure({ compared }: { compared: Schemas["Compared"] }) {
  const { t } = useTranslation();
  const found = { pairs: compared.structure, who: compared.who_answers };
  const names = compared.attributes.map((name) =>
    t(`human.attribute.${name}`, { defaultValue: name }),
  );
  return (
    <>
      {KINDS.some((kind) => found[kind]) && (
        <section className="flex flex-col gap-2">
          <h3 className="font-semibold">{t("human.structure")}</h3>
          <p className="text-quiet text-sm">
            {t("human.structureHint")}{" "}
            {names.length > 0 && t("human.attributes", { names: names.join(", ") })}
          </p>
          <Scroll label={t("human.structure")}>
            <table className="w-full min-w-160 text-sm">
              <thead>
                <tr className="border-line border-b text-left text-quiet">
                  <th className="px-4 py-2 font-medium">{t("human.structure")}</th>
                  <th className="px-4 py-2 text-right font-medium">{t("human.strength")}</th>
                  <th className="px-4 py-2 text-right font-medium">{t("human.distance")}</th>
                  <th className="px-4 py-2 text-right font-medium">{t("human.chance")}</th>
                  <th className="px-4 py-2 text-right font-medium">{t("fidelity.p")}</th>
                  <th className="px-4 py-2 font-medium">{t("fidelity.verdictTitle")}</th>
                </tr>
              </thead>
              <tbody>
                {KINDS.map((kind) => {
                  const one = found[kind];
                  return one && <Line key={kind} kind={kind} structure={one} />;
                })}
              </tbody>
            </table>
          </Scroll>
        </section>
      )}
      {compared.not_looked_at.length > 0 && (
        <section className="flex flex-col gap-1">
          <h3 className="font-semibold">{t("human.notLooked")}</h3>
          <ul className="list-disc pl-5 text-quiet text-sm">
            {compared.not_looked_at.map((what) => (
              <li key={what}>{t(`human.notLookedAt.${what}`)}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Line({
  kind,
  structure,
}: {
  kind: (typeof KINDS)[number];
  structure: Schemas["Structure"];
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const [simulated = 0, people = 0] = structure.strength;
  return (
    <tr className="border-line border-t">
      <th scope="row" className="px-4 py-1.5 text-left font-normal">
        {t(`human.structureOf.${kind}`)}{" "}
        <span className="text-quiet">{t("human.columns", { count: structure.columns })}</span>
      </th>
      <td className="tabular px-4 py-1.5 text-right">
        {t("human.strengthOf", { simulated: number(simulated, 2), people: number(people, 2) })}
      </td>
      <td className="tabular px-4 py-1.5 text-right">{number(structure.distance, 3)}</td>
      <td className="tabular px-4 py-1.5 text-right">{number(structure.chance, 3)}</td>
      <td className="tabular px-4 py-1.5 text-right">
        {pValue(structure.adjusted_p_value, number)}
      </td>
      <td className="px-4 py-1.5">
        <HumanVerdict verdict={structure.verdict} needed={structure.people_needed} />
        {!structure.would_be_noticed && structure.verdict !== "differs" && (
          <p className="mt-1 text-quiet text-xs">{t("human.unnoticed")}</p>
        )}
      </td>
    </tr>
  );
}
