import clsx from "clsx";
import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { toggled } from "../hooks/preview";
import type { Question } from "../hooks/surveys";

type Props = { question: Question; value: string[]; onChange: (value: string[]) => void };

/** What somebody answers a question with, by its kind. */
export function PreviewAnswer({ question, value, onChange }: Props) {
  const { t } = useTranslation();
  const scale = { low: question.scaleMin ?? 1, high: question.scaleMax ?? 5 };
  switch (question.type) {
    case "single-choice":
      return <Choices question={question} value={value} onChange={onChange} />;
    case "multiple-choice":
      return <Choices many question={question} value={value} onChange={onChange} />;
    case "ranking":
      return <Ranking question={question} value={value} onChange={onChange} />;
    case "rating-scale":
      return <Scale question={question} {...scale} value={value} onChange={onChange} />;
    case "nps":
      return <Scale question={question} low={0} high={10} value={value} onChange={onChange} />;
    case "matrix":
      return <Matrix question={question} {...scale} />;
    case "numeric":
      return (
        <label className="flex items-center gap-2">
          <span className="sr-only">{question.title}</span>
          <input
            type="number"
            min={question.min ?? undefined}
            max={question.max ?? undefined}
            value={value[0] ?? ""}
            onChange={(event) => onChange([event.target.value])}
            className="h-9 w-32 rounded-lg border border-line-strong bg-surface px-3"
          />
          {question.unit}
        </label>
      );
    default:
      return (
        <textarea
          rows={3}
          aria-label={question.title || t("survey.words")}
          value={value[0] ?? ""}
          onChange={(event) => onChange([event.target.value])}
          className="rounded-lg border border-line-strong bg-surface px-3 py-2"
        />
      );
  }
}

function Choices({ question, value, onChange, many }: Props & { many?: boolean }) {
  const { t } = useTranslation();
  const name = useId();
  const most = many ? question.maxChoices : 1;
  return (
    <>
      {many && most != null && (
        <p className="text-quiet text-sm">{t("survey.atMost", { count: most })}</p>
      )}
      {question.options?.map((option) => (
        <label key={option} className="flex items-center gap-2.5">
          <input
            type={many ? "checkbox" : "radio"}
            name={name}
            className="size-4 accent-accent"
            checked={value.includes(option)}
            onChange={() => onChange(many ? toggled(value, option, most) : [option])}
          />
          {option}
        </label>
      ))}
    </>
  );
}

/** Options are put in order by choosing one after the other. */
function Ranking({ question, value, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <p className="text-quiet text-sm">{t("survey.rankHint")}</p>
      <ul className="flex flex-col gap-1.5">
        {question.options?.map((option) => (
          <li key={option}>
            <button
              type="button"
              aria-pressed={value.includes(option)}
              onClick={() => onChange(toggled(value, option, question.maxChoices))}
              className="flex w-full items-center gap-3 rounded-lg border border-line px-3 py-1.5 text-left hover:bg-sunken aria-pressed:border-accent"
            >
              <span className="tabular w-5 font-semibold text-accent">
                {value.includes(option) ? value.indexOf(option) + 1 : ""}
              </span>
              {option}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

type Span = { low: number; high: number };

function Matrix({ question, low, high }: { question: Question } & Span) {
  const name = useId();
  return question.rows?.map((row) => (
    <fieldset key={row} className="flex flex-wrap items-center justify-between gap-2">
      <legend className="float-left">{row}</legend>
      <Points name={`${name} ${row}`} labels={question.scaleLabels} low={low} high={high} />
    </fieldset>
  ));
}

function Scale({ question, low, high, value, onChange }: Props & Span) {
  const name = useId();
  return (
    <Points
      name={name}
      labels={question.scaleLabels}
      low={low}
      high={high}
      chosen={value[0]}
      onChange={(point) => onChange([point])}
    />
  );
}

/** More points than this cannot be shown side by side; the server allows no more either. */
const MOST_POINTS = 11;

function Points({
  name,
  labels,
  low,
  high,
  chosen,
  onChange,
}: Span & {
  name: string;
  labels: string[] | null | undefined;
  chosen?: string;
  onChange?: (point: string) => void;
}) {
  const count = Math.min(MOST_POINTS, Math.max(0, high - low + 1));
  const hasAll = count > 2 && labels?.length === count;
  const [first, last] = hasAll ? [] : (labels ?? []);
  return (
    <div className={clsx("flex flex-wrap gap-3", hasAll ? "items-start" : "items-end")}>
      {first && <End>{first}</End>}
      {Array.from({ length: count }, (_, index) => String(low + index)).map((point, index) => (
        <label
          key={point}
          className={clsx("flex flex-col items-center text-center text-sm", hasAll && "w-20")}
        >
          <input
            type="radio"
            name={name}
            className="size-4 accent-accent"
            checked={onChange ? chosen === point : undefined}
            onChange={onChange && (() => onChange(point))}
          />
          {point}
          {hasAll && <span className="text-quiet">{labels[index]}</span>}
        </label>
      ))}
      {last && <End>{last}</End>}
    </div>
  );
}

function End({ children }: { children: ReactNode }) {
  return <span className="text-quiet text-sm">{children}</span>;
}
