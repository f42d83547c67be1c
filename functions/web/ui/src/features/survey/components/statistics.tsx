import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Interval } from "@/components/ui/interval";
import { useFormat } from "@/i18n/format";
import type { Analytics } from "../hooks/surveys";

type Share = Schemas["ChoiceShare"];
type Rating = Schemas["RatingStatistics"];

/** The figures of one question, each with its interval. */
export function Statistics({
  of,
}: {
  of: Pick<Analytics, "question_type" | "responses_count"> & { statistics: unknown };
}) {
  const { t } = useTranslation();
  const figures = of.statistics;
  if (of.responses_count === 0 || !figures || Object.keys(figures).length === 0) {
    return <p className="text-quiet">{t("survey.nobody")}</p>;
  }
  // the kind says which figures there are; the document cannot tie the two together
  switch (of.question_type) {
    case "single-choice":
      return <Shares shares={(figures as Schemas["ChoiceStatistics"]).shares} />;
    case "multiple-choice":
      return <Multiple figures={figures as Schemas["MultipleStatistics"]} />;
    case "rating-scale":
      return <RatingFigures figures={figures as Rating} />;
    case "nps":
      return <Nps figures={figures as Schemas["NpsStatistics"]} />;
    case "matrix":
      return <Matrix figures={figures as Schemas["MatrixStatistics"]} />;
    case "numeric":
      return <Numeric figures={figures as Schemas["NumericStatistics"]} />;
    case "ranking":
      return <Ranking figures={figures as Schemas["RankingStatistics"]} n={of.responses_count} />;
    default:
      return <Open figures={figures as Schemas["OpenStatistics"]} />;
  }
}

export function Shares({ shares }: { shares: Share[] }) {
  return (
    <dl className="@container flex flex-col gap-1.5">
      {shares.map((share) => (
        <div
          key={share.key}
          className="grid items-center gap-x-3 @2xl:grid-cols-[minmax(0,14rem)_1fr]"
        >
          <dt className="truncate text-sm" title={share.key}>
            {share.key}
          </dt>
          <dd>
            <Interval
              share={share.share}
              low={share.interval[0] ?? 0}
              high={share.interval[1] ?? 0}
              of={`n = ${share.count}`}
            />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Figures({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="flex flex-wrap gap-x-7 gap-y-1">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt className="text-quiet text-sm">{name}</dt>
          <dd className="tabular font-medium">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function useFigures() {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  const between = (interval: number[] | null | undefined, digits: number) =>
    interval
      ? ` (${t("state.interval", {
          low: number(interval[0] ?? 0, digits),
          high: number(interval[1] ?? 0, digits),
        })})`
      : "";
  const scored = ({ share, interval }: Schemas["Scored"]) =>
    `${percent(share, 0)} (${t("state.interval", {
      low: percent(interval[0] ?? 0, 0),
      high: percent(interval[1] ?? 0, 0),
    })})`;
  return { t, number, percent, between, scored };
}

function RatingFigures({ figures }: { figures: Rating }) {
  const { t, number, between, scored } = useFigures();
  return (
    <div className="flex flex-col gap-3">
      <Figures
        rows={[
          [t("survey.mean"), `${number(figures.mean, 2)}${between(figures.mean_interval, 2)}`],
          [t("survey.median"), number(figures.median, 1)],
          [t("survey.deviation"), number(figures.std, 2)],
          [t("survey.topTwo"), scored(figures.top_two)],
          [t("survey.bottomTwo"), scored(figures.bottom_two)],
        ]}
      />
      <Shares shares={figures.shares} />
      <WithDistribution figures={figures} />
    </div>
  );
}

/** Of how many people the figures rest on more than the one point that is kept. */
function WithDistribution({ figures }: { figures: Rating }) {
  const { t } = useTranslation();
  if (!figures.with_distribution) return null;
  return (
    <p className="text-quiet text-sm">
      {t("survey.withDistribution", { count: figures.with_distribution })}
    </p>
  );
}

function Nps({ figures }: { figures: Schemas["NpsStatistics"] }) {
  const { t, number, between, scored } = useFigures();
  return (
    <div className="flex flex-col gap-3">
      <Figures
        rows={[
          ["NPS", `${number(figures.nps.value)}${between(figures.nps.interval, 0)}`],
          [t("survey.promoters"), scored(figures.promoters)],
          [t("survey.passives"), scored(figures.passives)],
          [t("survey.detractors"), scored(figures.detractors)],
        ]}
      />
      <Shares shares={figures.shares} />
      <WithDistribution figures={figures} />
    </div>
  );
}

function Matrix({ figures }: { figures: Schemas["MatrixStatistics"] }) {
  return (
    <div className="flex flex-col gap-5">
      {Object.entries(figures.rows).map(([row, rating]) => (
        <section key={row} className="flex flex-col gap-2">
          <h3 className="font-medium">{row}</h3>
          <RatingFigures figures={rating} />
        </section>
      ))}
    </div>
  );
}

function Multiple({ figures }: { figures: Schemas["MultipleStatistics"] }) {
  const { t, number } = useFigures();
  return (
    <div className="flex flex-col gap-3">
      <Shares shares={figures.shares} />
      <p className="text-quiet text-sm">
        {t("survey.meanChoices", { mean: number(figures.mean_choices, 1) })}
      </p>
    </div>
  );
}

function Numeric({ figures }: { figures: Schemas["NumericStatistics"] }) {
  const { t, number, between } = useFigures();
  const unit = figures.unit ? ` ${figures.unit}` : "";
  return (
    <div className="flex flex-col gap-3">
      <Figures
        rows={[
          [
            t("survey.mean"),
            `${number(figures.mean, 1)}${unit}${between(figures.mean_interval, 1)}`,
          ],
          [t("survey.median"), `${number(figures.median, 1)}${unit}`],
          [
            t("survey.quartiles"),
            figures.quartiles.map((value) => number(value, 1)).join(" – ") + unit,
          ],
          [t("survey.span"), `${number(figures.min)} – ${number(figures.max)}${unit}`],
        ]}
      />
      <Shares shares={figures.histogram} />
    </div>
  );
}

function Ranking({ figures, n }: { figures: Schemas["RankingStatistics"]; n: number }) {
  const { t, number, between } = useFigures();
  const ranks = Object.entries(figures.mean_rank).sort((a, b) => a[1] - b[1]);
  const said = (option: string, rank: number) =>
    `${t("survey.rank")} ${number(rank, 2)}${between(figures.mean_rank_intervals?.[option], 2)} · n = ${number(n)}`;
  return (
    <div className="flex flex-col gap-3">
      <Figures rows={ranks.map(([option, rank]) => [option, said(option, rank)])} />
      <h3 className="font-medium text-sm">{t("survey.firstPlaces")}</h3>
      <Shares shares={figures.shares} />
    </div>
  );
}

function Open({ figures }: { figures: Schemas["OpenStatistics"] }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-3">
      {figures.codes.length > 0 && (
        <Shares
          shares={figures.codes.map(({ label, count, share, interval }) => ({
            key: label,
            count,
            share,
            interval,
          }))}
        />
      )}
      {figures.uncoded != null && (
        <p className="text-quiet text-sm">{t("survey.uncoded", { count: figures.uncoded })}</p>
      )}
      {figures.themes.length > 0 && (
        <>
          <h3 className="font-medium text-sm">{t("survey.themes")}</h3>
          <Shares
            shares={figures.themes.map(({ words, count, share, interval }) => ({
              key: words.join(", "),
              count,
              share,
              interval,
            }))}
          />
        </>
      )}
      <ul className="flex flex-col gap-1.5">
        {figures.sample_responses.map((answer) => (
          <li key={answer} className="border-line border-l-3 pl-3 text-quiet">
            {t("state.quoted", { text: answer })}
          </li>
        ))}
      </ul>
    </div>
  );
}
