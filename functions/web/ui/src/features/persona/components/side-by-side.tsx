import clsx from "clsx";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Scroll } from "@/components/ui/scroll";
import { useFormat } from "@/i18n/format";
import { BIG_FIVE } from "./traits";

type Comparison = Schemas["PersonaComparison"];
type Compared = Comparison["personas"][number];

const LABELS = ["age", "gender", "location", "education_level", "income_bracket"] as const;
const MORE = ["occupation", "segment_name", "values", "interests"] as const;
const FIELDS = [...LABELS, ...MORE, ...BIG_FIVE] as const;
type Field = (typeof FIELDS)[number];

/** What people hold in a field; the income is told only where they differ. */
export function held(comparison: Comparison, person: Compared, field: Field): unknown {
  const difference = comparison.differences.find((one) => one.field === field);
  if (difference) return difference.values.find((one) => one.persona_id === person.id)?.value;
  if (field === "income_bracket") return undefined;
  return field in person.big_five
    ? person.big_five[field as keyof Compared["big_five"]]
    : person[field as keyof Compared];
}

/** Field by field, in the card's order: what differs stands out, what is the same is quiet. */
export function SideBySide({ comparison }: { comparison: Comparison }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { personas, differences } = comparison;
  const differs = (field: Field) => differences.some((one) => one.field === field);
  const label = (field: Field) =>
    (BIG_FIVE as readonly string[]).includes(field) ? t(`trait.${field}`) : t(`compare.${field}`);
  const write = (field: Field, value: unknown) =>
    value === undefined
      ? t("compare.same")
      : Array.isArray(value)
        ? value.join(", ")
        : typeof value === "number"
          ? number(value, field === "age" ? 0 : 2)
          : String(value);
  return (
    <section>
      <h2 className="mb-2 font-semibold text-lg">{t("compare.fields")}</h2>
      <Scroll label={t("compare.fields")}>
        <table className="w-full min-w-150 table-fixed text-sm">
          <thead>
            <tr className="border-line border-b">
              <td className="w-44" />
              {personas.map((person) => (
                <th key={person.id} scope="col" className="px-4 py-2 text-left">
                  {person.full_name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {FIELDS.map((field) => (
              <tr key={field} className="border-line border-t align-top">
                <th scope="row" className="px-4 py-1.5 text-left font-normal text-quiet">
                  {label(field)}
                  {differs(field) && <span className="sr-only"> ({t("compare.differs")})</span>}
                </th>
                {personas.map((person) => (
                  <td
                    key={person.id}
                    className={clsx("px-4 py-1.5", differs(field) ? "font-medium" : "text-quiet")}
                  >
                    {write(field, held(comparison, person, field))}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className="mt-2 text-quiet text-sm">{t("compare.legend")}</p>
    </section>
  );
}
