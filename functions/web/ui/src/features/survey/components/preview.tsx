import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/states";
import { type Entered, isAsked, piped } from "../hooks/preview";
import type { Question } from "../hooks/surveys";
import { PreviewAnswer } from "./preview-answer";

/**
 * The survey as a respondent would see it: a question that earlier answers make none is not asked. Nothing that is
 * entered here goes anywhere.
 */
export function Preview({ title, questions }: { title: string; questions: Question[] }) {
  const { t } = useTranslation();
  const [entered, setEntered] = useState<Entered>({});
  if (questions.every((question) => question.title.trim() === "")) {
    return <Empty title={t("survey.nothing")}>{t("survey.nothingHint")}</Empty>;
  }
  return (
    <div className="card flex flex-col gap-7 px-6 py-6">
      {title && <h2 className="font-semibold text-xl">{title}</h2>}
      {questions.map((question, index) =>
        isAsked(question, entered) ? (
          <fieldset key={question.id} className="flex flex-col gap-2">
            <legend className="mb-1 font-medium">
              {index + 1}. {piped(question.title, entered)}
              {question.required && (
                <span aria-hidden className="text-bad">
                  {" "}
                  *
                </span>
              )}
            </legend>
            {question.description && (
              <p className="-mt-1 whitespace-pre-line text-quiet text-sm">{question.description}</p>
            )}
            <PreviewAnswer
              question={question}
              value={entered[question.id] ?? []}
              onChange={(value) => setEntered({ ...entered, [question.id]: value })}
            />
          </fieldset>
        ) : (
          <p key={question.id} className="text-quiet text-sm">
            {index + 1}.{" "}
            {t("survey.onlyIf", { question: titleOf(questions, question.showIf?.question) })}
          </p>
        ),
      )}
      <div className="flex flex-wrap items-center gap-3 border-line border-t pt-4">
        <Button small onClick={() => setEntered({})}>
          {t("survey.startOver")}
        </Button>
        <p className="text-quiet text-sm">{t("survey.previewHint")}</p>
      </div>
    </div>
  );
}

const titleOf = (questions: Question[], id: string | undefined) =>
  questions.find((question) => question.id === id)?.title || id;
