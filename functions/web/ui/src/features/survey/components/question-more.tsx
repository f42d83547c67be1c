import { useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldError, Input, Select, TextArea } from "@/components/ui/field";
import { isElicited, type QuestionDraft } from "../hooks/draft";

type Text = "description" | "block" | "pointLabels" | "anchors" | "codes";
/** By which field the server names what is wrong with each. */
const SENT_AS: Record<Text | "elicitation", string> = {
  description: "description",
  block: "block",
  pointLabels: "scaleLabels",
  anchors: "anchors",
  codes: "codes",
  elicitation: "elicitation",
};
const ALL = Object.keys(SENT_AS) as (Text | "elicitation")[];

/** What few questions need: an explanation, a block, labels of every point, how a rating is elicited, codes. */
export function QuestionMore({
  question,
  blocks,
  failure,
  field,
  set,
}: {
  question: QuestionDraft;
  /** The blocks that other questions name. */
  blocks: string[];
  failure: unknown;
  field: string;
  set: (part: Partial<QuestionDraft>) => void;
}) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(() => ALL.some((name) => question[name] !== ""));
  const wrong = (name: Text | "elicitation") => fieldError(failure, `${field}.${SENT_AS[name]}`);
  const isWrong = ALL.some(wrong);
  const text = (name: Text) => ({
    value: question[name],
    error: wrong(name),
    onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }),
  });
  const blockList = `${question.id}-blocks`;
  return (
    <details
      open={opened || isWrong}
      onToggle={(event) => setOpened(event.currentTarget.open)}
      className="rounded-lg bg-sunken px-4 py-2"
    >
      <summary className="font-medium text-sm">{t("survey.more")}</summary>
      <div className="mt-3 mb-2 flex flex-col gap-4">
        <TextArea
          label={t("survey.explanation")}
          hint={t("survey.explanationHint")}
          rows={2}
          maxLength={1_000}
          {...text("description")}
        />
        <div className="max-w-md">
          <Input
            label={t("survey.block")}
            hint={t("survey.blockHint")}
            maxLength={100}
            list={blockList}
            {...text("block")}
          />
          <datalist id={blockList}>
            {blocks.map((block) => (
              <option key={block} value={block} />
            ))}
          </datalist>
        </div>
        {isElicited(question.kind) && (
          <>
            <TextArea
              label={t("survey.pointLabels")}
              hint={t("survey.pointLabelsHint")}
              rows={5}
              {...text("pointLabels")}
            />
            <div className="max-w-md">
              <Select
                label={t("survey.elicitation")}
                hint={t(`survey.elicitationHints.${question.elicitation || "none"}`)}
                value={question.elicitation}
                error={wrong("elicitation")}
                onChange={(event) =>
                  set({ elicitation: event.target.value as QuestionDraft["elicitation"] })
                }
              >
                {(["", "direct", "distribution", "similarity"] as const)
                  .filter((how) => how !== "similarity" || question.kind === "rating-scale")
                  .map((how) => (
                    <option key={how} value={how}>
                      {t(`survey.elicitations.${how || "none"}`)}
                    </option>
                  ))}
              </Select>
            </div>
          </>
        )}
        {question.kind === "rating-scale" && (
          <TextArea
            label={t("survey.anchors")}
            hint={t("survey.anchorsHint")}
            rows={3}
            {...text("anchors")}
          />
        )}
        {question.kind === "open-text" && (
          <TextArea
            label={t("survey.codes")}
            hint={t("survey.codesHint")}
            rows={4}
            placeholder={t("survey.codesExample")}
            {...text("codes")}
          />
        )}
      </div>
    </details>
  );
}
