import clsx from "clsx";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import type { AttributeFit } from "../hooks/fidelity";
import { SharesTable } from "./shares-table";
import { ProvenanceBadge } from "./verdict";

type Category = AttributeFit["categories"][number];

/** Parts of the chart's height, in percent, of a share; the tallest mark reaches the top. */
export const scale = (categories: Category[]) => {
  const most = Math.max(...categories.flatMap((one) => [one.achieved, one.noise[1] ?? 0]), 0.01);
  return (share: number) => Math.min(100, (share / most) * 100);
};

/** More columns than this need the whole width. */
const NARROW = 7;

/**
 * An ordered attribute as columns: the people's shares, the distribution that they are held against, and chance. Where
 * columns have no room, and for whoever cannot see them, the same is a table.
 */
export function Histogram({ fit }: { fit: AttributeFit }) {
  const { t } = useTranslation();
  const { percent } = useFormat();
  const at = scale(fit.categories);
  return (
    <figure
      aria-label={fit.display}
      className={clsx(
        "card flex flex-col gap-2 px-5 py-4",
        fit.categories.length > NARROW && "lg:col-span-2",
      )}
    >
      <figcaption>
        <span className="flex flex-wrap items-center gap-2">
          <span className="font-semibold">{fit.display}</span>
          <ProvenanceBadge provenance={fit.provenance} />
        </span>
        <span className="text-quiet text-sm">{fit.source}</span>
      </figcaption>
      <div aria-hidden className="mt-2 hidden items-start gap-2 sm:flex">
        {fit.categories.map((category) => (
          <Column
            key={category.key}
            category={category}
            at={at}
            text={percent(category.achieved, 0)}
          />
        ))}
      </div>
      <div className="text-sm sm:sr-only">
        <SharesTable categories={fit.categories} caption={fit.display} />
      </div>
      {fit.missing > 0 && (
        <p className="text-quiet text-sm">{t("fidelity.missing", { count: fit.missing })}</p>
      )}
    </figure>
  );
}

function Column({
  category,
  at,
  text,
}: {
  category: Category;
  at: (share: number) => number;
  text: string;
}) {
  const [low = 0, high = 0] = category.noise;
  const outside = category.achieved < low || category.achieved > high;
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1 text-center text-xs">
      <span className="tabular">{text}</span>
      <div className="relative h-36 border-line border-b">
        <div
          className="absolute inset-x-0 rounded-sm bg-line"
          style={{ bottom: `${at(low)}%`, height: `${at(high) - at(low)}%` }}
        />
        <div
          className={clsx(
            "absolute inset-x-[22%] bottom-0 rounded-t-sm",
            outside ? "bg-bar-2" : "bg-bar",
          )}
          style={{ height: `${at(category.achieved)}%` }}
        />
        <div
          className="absolute inset-x-0 h-0.5 bg-ink"
          style={{ bottom: `${at(category.target)}%` }}
        />
      </div>
      <span className="break-words text-quiet leading-tight">{category.display}</span>
    </div>
  );
}
