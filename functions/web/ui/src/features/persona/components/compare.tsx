import clsx from "clsx";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Scroll } from "@/components/ui/scroll";
import { useFormat } from "@/i18n/format";
import type { Persona } from "../hooks/personas";

/** What is held beside each other, in the order of the card. */
const ROWS = [
  "age",
  "gender",
  "location",
  "education_level",
  "income_bracket",
  "occupation",
  "segment_name",
] as const;
const TRAITS = [
  "openness",
  "conscientiousness",
  "extraversion",
  "agreeableness",
  "neuroticism",
] as const;

/** Up to three people beside each other; what differs stands out. The address holds the choice, so it can be sent. */
export function Compare({ people, onClear }: { people: Persona[]; onClear: () => void }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  if (people.length < 2) {
    return <p className="text-quiet">{t("compare.chooseMore")}</p>;
  }
  const rows: [string, string[]][] = [
    ...ROWS.map((row): [string, string[]] => [
      t(`compare.${row}`),
      people.map((person) => String(person[row])),
    ]),
    [t("person.values"), people.map((person) => person.values.join(", "))],
    [t("person.interests"), people.map((person) => person.interests.join(", "))],
    ...TRAITS.map((trait): [string, string[]] => [
      t(`trait.${trait}`),
      people.map((person) => number(person[trait], 2)),
    ]),
  ];
  return (
    <Scroll label={t("compare.title")}>
      <div className="flex items-center justify-between px-4 pt-3">
        <h2 className="font-semibold">{t("compare.title")}</h2>
        <Button small look="quiet" onClick={onClear}>
          {t("compare.clear")}
        </Button>
      </div>
      <table className="w-full min-w-150 text-sm">
        <thead>
          <tr>
            <td />
            {people.map((person) => (
              <th key={person.id} scope="col" className="px-4 py-2 text-left">
                {person.full_name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, cells]) => {
            const differs = new Set(cells).size > 1;
            return (
              <tr key={label} className="border-line border-t align-top">
                <th scope="row" className="px-4 py-1.5 text-left font-normal text-quiet">
                  {label}
                  {differs && <span className="sr-only"> ({t("compare.differs")})</span>}
                </th>
                {cells.map((cell, index) => (
                  <td
                    key={people[index]?.id}
                    className={clsx("px-4 py-1.5", differs && "font-medium")}
                  >
                    {cell}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
