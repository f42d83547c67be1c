import { type ReactNode, useId } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "@/components/ui/states";
import type { Question } from "../hooks/surveys";

/** The survey as a respondent would see it; nothing that is entered here goes anywhere. */
export function Preview({ title, questions }: { title: string; questions: Question[] }) {
  const { t } = useTranslation();
  if (questions.every((question) => question.title.trim() === "")) {
    return <Empty title={t("survey.nothing")}>{t("survey.nothingHint")}</Empty>;
  }
  return (
    <div className="card flex flex-col gap-7 px-6 py-6">
      {title && <h2 className="font-semibold text-xl">{title}</h2>}
      {questions.map((question, index) => (
        <fieldset key={question.id} className="flex flex-col gap-2">
          <legend className="mb-1 font-medium">
            {index + 1}. {question.title}
            {question.required && (
              <span aria-hidden className="text-bad">
                {" "}
                *
              </span>
            )}
          </legend>
          <Answer question={question} />
          {question.showIf && (
            <p className="text-quiet text-sm">
              {t("survey.onlyIf", { question: titleOf(questions, question.showIf.question) })}
            </p>
          )}
        </fieldset>
      ))}
    </div>
  );
}

const titleOf = (questions: Question[], id: string) =>
  questions.find((question) => question.id === id)?.title || id;

function Answer({ question }: { question: Question }) {
  const { t } = useTranslation();
  const name = useId();
  switch (question.type) {
    case "single-choice":
      return question.options?.map((option) => (
        <Choice key={option} type="radio" name={name} label={option} />
      ));
    case "multiple-choice":
      return question.options?.map((option) => (
        <Choice key={option} type="checkbox" name={name} label={option} />
      ));
    case "ranking":
      return (
        <ol className="list-decimal pl-6">
          {question.options?.map((option) => (
            <li key={option}>{option}</li>
          ))}
        </ol>
      );
    case "rating-scale":
      return (
        <Scale
          question={question}
          name={name}
          low={question.scaleMin ?? 1}
          high={question.scaleMax ?? 5}
        />
      );
    case "nps":
      return <Scale question={question} name={name} low={0} high={10} />;
    case "matrix":
      return question.rows?.map((row) => (
        <div key={row} className="flex flex-wrap items-center justify-between gap-2">
          <span>{row}</span>
          <Scale
            question={question}
            name={`${name} ${row}`}
            low={question.scaleMin ?? 1}
            high={question.scaleMax ?? 5}
          />
        </div>
      ));
    case "numeric":
      return (
        <label className="flex items-center gap-2">
          <span className="sr-only">{question.title}</span>
          <input
            type="number"
            min={question.min ?? undefined}
            max={question.max ?? undefined}
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
          className="rounded-lg border border-line-strong bg-surface px-3 py-2"
        />
      );
  }
}

function Choice({ type, name, label }: { type: string; name: string; label: ReactNode }) {
  return (
    <label className="flex items-center gap-2.5">
      <input type={type} name={name} className="size-4 accent-accent" />
      {label}
    </label>
  );
}

/** More points than this cannot be shown side by side; the server allows no more either. */
const MOST_POINTS = 11;

function Scale({
  question,
  name,
  low,
  high,
}: {
  question: Question;
  name: string;
  low: number;
  high: number;
}) {
  const count = Math.min(MOST_POINTS, Math.max(0, high - low + 1));
  const [first, last] = question.scaleLabels ?? [];
  return (
    <div className="flex flex-wrap items-end gap-3">
      {first && <span className="text-quiet text-sm">{first}</span>}
      {Array.from({ length: count }, (_, index) => low + index).map((point) => (
        <label key={point} className="flex flex-col items-center text-sm">
          <input type="radio" name={name} className="size-4 accent-accent" />
          {point}
        </label>
      ))}
      {last && <span className="text-quiet text-sm">{last}</span>}
    </div>
  );
}
