import { useTranslation } from "react-i18next";
import { fieldError, Input, Select } from "@/components/ui/field";
import { answeredBy, lines, type QuestionDraft } from "../hooks/draft";
import { toggled } from "../hooks/preview";

type Props = {
  question: QuestionDraft;
  earlier: QuestionDraft[];
  failure: unknown;
  field: string;
  set: (part: Partial<QuestionDraft>) => void;
};

/** Asks the question only of whom an earlier answer makes it a question for. */
export function ShowIf({ question, earlier, failure, field, set }: Props) {
  const { t } = useTranslation();
  const carriers = earlier.filter((other) => answeredBy(other.kind) !== null);
  const on = carriers.find((other) => other.id === question.showIf);
  const isLost = question.showIf !== "" && !on;
  if (carriers.length === 0 && !isLost) return null;
  return (
    <div className="flex flex-col gap-3 border-line border-t pt-3">
      <div className="max-w-md">
        <Select
          label={t("survey.askIf")}
          value={question.showIf}
          error={isLost ? t("survey.notEarlier") : fieldError(failure, `${field}.showIf`)}
          onChange={(event) =>
            set({ showIf: event.target.value, anyOf: [], atLeast: "", atMost: "" })
          }
        >
          <option value="">{t("survey.always")}</option>
          {isLost && <option value={question.showIf}>{question.showIf}</option>}
          {carriers.map((other) => (
            <option key={other.id} value={other.id}>
              {other.title || other.id}
            </option>
          ))}
        </Select>
      </div>
      {on && answeredBy(on.kind) === "options" && (
        <ByOptions options={lines(on.options)} question={question} set={set} />
      )}
      {on && answeredBy(on.kind) === "number" && (
        <div className="grid max-w-md grid-cols-2 gap-3">
          {(["atLeast", "atMost"] as const).map((bound) => (
            <Input
              key={bound}
              type="number"
              step="any"
              label={t(`survey.hows.${bound}`)}
              value={question[bound]}
              onChange={(event) => set({ [bound]: event.target.value })}
            />
          ))}
        </div>
      )}
    </div>
  );
}

/** The options of the earlier question; one that was chosen and is none any more stays until it is taken away. */
function ByOptions({
  options,
  question,
  set,
}: Pick<Props, "question" | "set"> & { options: string[] }) {
  const { t } = useTranslation();
  const gone = question.anyOf.filter((option) => !options.includes(option));
  if (options.length + gone.length === 0) {
    return <p className="text-quiet text-sm">{t("survey.noOptionsYet")}</p>;
  }
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1 font-medium text-sm">{t("survey.wasAnswered")}</legend>
      {[...options, ...gone].map((option) => (
        <label key={option} className="flex items-center gap-2.5">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={question.anyOf.includes(option)}
            onChange={() => set({ anyOf: toggled(question.anyOf, option, null) })}
          />
          <span>{option}</span>
          {gone.includes(option) && (
            <span className="text-bad text-sm">{t("survey.noOption")}</span>
          )}
        </label>
      ))}
    </fieldset>
  );
}
