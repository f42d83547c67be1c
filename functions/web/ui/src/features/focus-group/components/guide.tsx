import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Move, moves } from "@/components/move";
import { Button } from "@/components/ui/button";
import { fieldError, TextArea } from "@/components/ui/field";

/** What they are asked, in this order. */
export function Guide({
  questions,
  onChange,
  failure,
}: {
  questions: string[];
  onChange: (questions: string[]) => void;
  failure: unknown;
}) {
  const { t } = useTranslation();
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium text-sm">{t("group.guide")}</legend>
      {questions.map((question, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a question is its place in the guide
        <div key={index} className="flex items-start gap-2">
          <div className="flex-1">
            <TextArea
              hideLabel
              label={t("group.question", { number: index + 1 })}
              placeholder={t("group.question", { number: index + 1 })}
              rows={2}
              maxLength={1_000}
              value={question}
              error={fieldError(failure, `questions.${index}`)}
              onChange={(event) =>
                onChange(questions.map((other, at) => (at === index ? event.target.value : other)))
              }
            />
          </div>
          <Move number={index + 1} {...moves(questions, index, onChange)} />
        </div>
      ))}
      <div>
        <Button
          small
          disabled={questions.length >= 50}
          onClick={() => onChange([...questions, ""])}
        >
          <Plus aria-hidden className="size-4" />
          {t("group.addQuestion")}
        </Button>
      </div>
    </fieldset>
  );
}
