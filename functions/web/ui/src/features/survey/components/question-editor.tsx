import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ProblemError } from "@/api/problem";
import { Menu, MenuItem } from "@/app/menus";
import { Move } from "@/components/move";
import { Checkbox, fieldError, Input, Select, TextArea } from "@/components/ui/field";
import { Badge } from "@/components/ui/states";
import { hasOptions, hasScale, type QuestionDraft } from "../hooks/draft";
import { QuestionMore } from "./question-more";
import { ShowIf } from "./show-if";

type Props = {
  number: number;
  question: QuestionDraft;
  earlier: QuestionDraft[];
  /** The blocks that the questions name. */
  blocks: string[];
  failure: unknown;
  field: string;
  onChange: (question: QuestionDraft) => void;
  onUp?: () => void;
  onDown?: () => void;
  onRemove?: () => void;
};

/** One question: its words, what belongs to its kind, and when it is asked. */
export function QuestionEditor(props: Props) {
  const { t } = useTranslation();
  const { number, question, earlier, blocks, failure, field, onChange } = props;
  const set = (part: Partial<QuestionDraft>) => onChange({ ...question, ...part });
  const isLabelled = question.pointLabels.trim() !== "";
  const text = (name: keyof QuestionDraft) => ({
    value: String(question[name]),
    onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }),
  });
  return (
    <li className="card flex flex-col gap-4 px-5 py-4">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="font-semibold">{t("group.question", { number })}</h2>
        <Badge>{t(`survey.kind.${question.kind}`)}</Badge>
        <Move {...props} />
      </div>
      <div className="flex flex-col gap-1">
        <Input
          label={t("survey.words")}
          required
          maxLength={500}
          error={fieldError(failure, `${field}.title`) ?? otherError(failure, field)}
          {...text("title")}
        />
        {earlier.length > 0 && (
          <Quoting
            earlier={earlier}
            onQuote={(id) => set({ title: `${question.title.trimEnd()} {{${id}}}`.trimStart() })}
          />
        )}
      </div>
      {hasOptions(question.kind) && (
        <TextArea
          label={t("survey.options")}
          hint={t("survey.optionsHint")}
          rows={4}
          error={fieldError(failure, `${field}.options`)}
          {...text("options")}
        />
      )}
      {question.kind === "matrix" && (
        <TextArea
          label={t("survey.rows")}
          hint={t("survey.optionsHint")}
          rows={4}
          error={fieldError(failure, `${field}.rows`)}
          {...text("rows")}
        />
      )}
      {(question.kind === "multiple-choice" || question.kind === "ranking") && (
        <Narrow>
          <Input
            label={t("survey.most")}
            type="number"
            min={1}
            error={fieldError(failure, `${field}.maxChoices`)}
            {...text("most")}
          />
        </Narrow>
      )}
      {hasScale(question.kind) && (
        <div className="grid gap-3 sm:grid-cols-4">
          <Input
            label={t("survey.lowest")}
            type="number"
            error={fieldError(failure, `${field}.scaleMin`)}
            {...text("min")}
          />
          <Input label={t("survey.lowLabel")} disabled={isLabelled} {...text("lowLabel")} />
          <Input
            label={t("survey.highest")}
            type="number"
            error={fieldError(failure, `${field}.scaleMax`)}
            {...text("max")}
          />
          <Input label={t("survey.highLabel")} disabled={isLabelled} {...text("highLabel")} />
        </div>
      )}
      {question.kind === "rating-scale" && (
        <Narrow>
          <Select
            label={t("survey.construct")}
            value={question.construct}
            error={fieldError(failure, `${field}.construct`)}
            onChange={(event) =>
              set({ construct: event.target.value as QuestionDraft["construct"] })
            }
          >
            {(["", "purchase", "agreement", "satisfaction"] as const).map((known) => (
              <option key={known} value={known}>
                {t(`survey.constructs.${known || "none"}`)}
              </option>
            ))}
          </Select>
        </Narrow>
      )}
      {question.kind === "numeric" && (
        <div className="grid gap-3 sm:grid-cols-3">
          <Input label={t("survey.lowest")} type="number" step="any" {...text("min")} />
          <Input
            label={t("survey.highest")}
            type="number"
            step="any"
            error={fieldError(failure, `${field}.max`)}
            {...text("max")}
          />
          <Input label={t("survey.unit")} {...text("unit")} />
        </div>
      )}
      <div className="flex flex-wrap gap-x-6 gap-y-2">
        <Checkbox
          label={t("survey.required")}
          checked={question.required}
          onChange={(event) => set({ required: event.target.checked })}
        />
        {(hasOptions(question.kind) || question.kind === "matrix") && (
          <Checkbox
            label={t("survey.shuffle")}
            checked={question.shuffle}
            onChange={(event) => set({ shuffle: event.target.checked })}
          />
        )}
      </div>
      <ShowIf question={question} earlier={earlier} failure={failure} field={field} set={set} />
      <QuestionMore question={question} blocks={blocks} failure={failure} field={field} set={set} />
    </li>
  );
}

/** Fields that say themselves what is wrong with them. */
const TOLD = [
  "title",
  "options",
  "rows",
  "description",
  "block",
  "codes",
  "scaleLabels",
  "scaleMin",
  "scaleMax",
  "max",
  "maxChoices",
  "construct",
  "elicitation",
  "anchors",
  "showIf",
];

/** What is wrong with a question beside that: its id. */
function otherError(failure: unknown, field: string): string | null {
  if (!(failure instanceof ProblemError)) return null;
  const found = failure.fields.find((error) => {
    const [name] = error.field.startsWith(`${field}.`)
      ? error.field.slice(field.length + 1).split(".")
      : [];
    return name !== undefined && !TOLD.includes(name);
  });
  return found?.rule ?? null;
}

/** Puts an earlier answer into the question's words. */
function Quoting({
  earlier,
  onQuote,
}: {
  earlier: QuestionDraft[];
  onQuote: (id: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="-ml-2.5 self-start">
      <Menu
        label={t("survey.quote")}
        trigger={
          <span aria-hidden className="text-accent">
            {t("survey.quote")}
          </span>
        }
      >
        {earlier.map((other) => (
          <MenuItem key={other.id} onSelect={() => onQuote(other.id)}>
            {other.title || other.id}
          </MenuItem>
        ))}
      </Menu>
    </div>
  );
}

function Narrow({ children }: { children: ReactNode }) {
  return <div className="max-w-60">{children}</div>;
}
