import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import type { AttributeFit } from "../hooks/fidelity";

/** The figures behind a chart, for whoever cannot or will not see it. */
export function SharesTable({
  categories,
  caption,
}: {
  categories: AttributeFit["categories"];
  caption: string;
}) {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  return (
    <table className="w-full">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr className="text-left text-quiet">
          <th scope="col" className="py-1 pr-3 font-medium">
            {t("fidelity.category")}
          </th>
          <th scope="col" className="py-1 pl-3 text-right font-medium">
            {t("nav.people")}
          </th>
          <th scope="col" className="py-1 pl-3 text-right font-medium">
            {t("fidelity.achieved")}
          </th>
          <th scope="col" className="py-1 pl-3 text-right font-medium">
            {t("fidelity.target")}
          </th>
          <th scope="col" className="hidden py-1 pl-3 text-right font-medium sm:table-cell">
            {t("fidelity.noise")}
          </th>
        </tr>
      </thead>
      <tbody>
        {categories.map((category) => (
          <tr key={category.key} className="border-line border-t">
            <th scope="row" className="py-1 pr-3 text-left font-normal">
              {category.display}
            </th>
            <td className="tabular py-1 pl-3 text-right">{number(category.observed)}</td>
            <td className="tabular py-1 pl-3 text-right font-medium">
              {percent(category.achieved)}
            </td>
            <td className="tabular py-1 pl-3 text-right">{percent(category.target)}</td>
            <td className="tabular hidden whitespace-nowrap py-1 pl-3 text-right text-quiet sm:table-cell">
              {percent(category.noise[0] ?? 0)}–{percent(category.noise[1] ?? 0)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
