import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import type { AttributeFit } from "../hooks/fidelity";
import { COLUMNS, ROWS, TILES } from "../hooks/tiles";
import { SharesTable } from "./shares-table";
import { ProvenanceBadge } from "./verdict";

const SIZE = 100;
const GAP = 6;
/** The darkest tile: darker, and its own text could not be read. */
const MOST_OPAQUE = 0.4;

/** Where the people live: a tile a voivodeship, and the same figures as a table beside it. */
export function RegionMap({ fit }: { fit: AttributeFit }) {
  const { t } = useTranslation();
  const { percent } = useFormat();
  const most = Math.max(...fit.categories.map(({ achieved }) => achieved), 0.01);
  return (
    <section className="card flex flex-col gap-3 px-5 py-4" aria-label={fit.display}>
      <div>
        <h2 className="flex flex-wrap items-center gap-2 font-semibold">
          {fit.display}
          <ProvenanceBadge provenance={fit.provenance} />
        </h2>
        <p className="text-quiet text-sm">{fit.source}</p>
      </div>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_auto]">
        <figure>
          <svg
            aria-hidden="true"
            viewBox={`0 0 ${COLUMNS * SIZE} ${ROWS * SIZE}`}
            className="w-full max-w-xl"
          >
            {fit.categories.map((category) => {
              const place = TILES[category.key];
              if (!place) return null;
              const [low = 0, high = 0] = category.noise;
              const outside = category.achieved < low || category.achieved > high;
              return (
                <g
                  key={category.key}
                  transform={`translate(${place.column * SIZE} ${place.row * SIZE})`}
                >
                  <title>{category.display}</title>
                  <rect
                    width={SIZE - GAP}
                    height={SIZE - GAP}
                    rx="8"
                    className={outside ? "fill-accent stroke-bar-2" : "fill-accent stroke-line"}
                    strokeWidth={outside ? 4 : 1}
                    fillOpacity={(category.achieved / most) * MOST_OPAQUE}
                  />
                  <text x="12" y="30" className="fill-ink font-semibold" fontSize="20">
                    {place.code}
                  </text>
                  <text x="12" y="58" className="fill-ink" fontSize="20">
                    {percent(category.achieved, 1)}
                  </text>
                  <text x="12" y="82" className="fill-quiet" fontSize="16">
                    {percent(category.target, 1)}
                  </text>
                </g>
              );
            })}
          </svg>
          <figcaption className="mt-2 text-quiet text-sm">{t("population.mapLegend")}</figcaption>
        </figure>
        <div className="text-sm">
          <SharesTable categories={fit.categories} caption={fit.display} />
        </div>
      </div>
    </section>
  );
}
