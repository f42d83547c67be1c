import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Checkbox, fieldError, Input, Select, TextArea } from "@/components/ui/field";
import { Badge } from "@/components/ui/states";
import { hasOptions, hasScale, type QuestionDraft } from "../hooks/draft";

type Props = {
  number: number;
  question: QuestionDraft;
  earlier: QuestionDraft[];
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
  const { number, question, earlier, failure, field, onChange } = props;
  const set = (part: Partial<QuestionDraft>) => onChange({ ...question, ...part });
  const text = (name: keyof QuestionDraft) => ({
    value: String(question[name]),
    onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }),
  });
  return (
    <li className="card flex flex-col gap-4 px-5 py-4">
      <div className="flex items-center gap-2">
        <h2 className="font-semibold">{t("group.question", { number })}</h2>
        <Badge>{t(`survey.kind.${question.kind}`)}</Badge>
        <Move {...props} />
      </div>
      <Input
        label={t("survey.words")}
        required
        error={fieldError(failure, `${field}.title`) ?? fieldError(failure, field)}
        {...text("title")}
      />
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
          <Input label={t("survey.most")} type="number" min={1} {...text("most")} />
        </Narrow>
      )}
      {hasScale(question.kind) && (
        <div className="grid gap-3 sm:grid-cols-4">
          <Input label={t("survey.lowest")} type="number" {...text("min")} />
          <Input label={t("survey.lowLabel")} {...text("lowLabel")} />
          <Input label={t("survey.highest")} type="number" {...text("max")} />
          <Input label={t("survey.highLabel")} {...text("highLabel")} />
        </div>
      )}
      {question.kind === "rating-scale" && (
        <Narrow>
          <Select
            label={t("survey.construct")}
            value={question.construct}
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
          <Input label={t("survey.lowest")} type="number" {...text("min")} />
          <Input label={t("survey.highest")} type="number" {...text("max")} />
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
      {earlier.length > 0 && <ShowIf question={question} earlier={earlier} set={set} />}
    </li>
  );
}

function Narrow({ children }: { children: ReactNode }) {
  return <div className="max-w-60">{children}</div>;
}

function Move({ number, onUp, onDown, onRemove }: Props) {
  const { t } = useTranslation();
  return (
    <span className="ml-auto flex">
      <Button
        look="quiet"
        small
        disabled={!onUp}
        onClick={onUp}
        aria-label={t("survey.up", { number })}
      >
        <ArrowUp aria-hidden className="size-4" />
      </Button>
      <Button
        look="quiet"
        small
        disabled={!onDown}
        onClick={onDown}
        aria-label={t("survey.down", { number })}
      >
        <ArrowDown aria-hidden className="size-4" />
      </Button>
      <Button
        look="quiet"
        small
        disabled={!onRemove}
        onClick={onRemove}
        aria-label={t("group.removeQuestion", { number })}
      >
        <Trash2 aria-hidden className="size-4" />
      </Button>
    </span>
  );
}

/** Asks the question only of whom an earlier answer makes it a question for. */
function ShowIf({
  question,
  earlier,
  set,
}: {
  question: QuestionDraft;
  earlier: QuestionDraft[];
  set: (part: Partial<QuestionDraft>) => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="grid items-start gap-3 border-line border-t pt-3 sm:grid-cols-3">
      <Select
        label={t("survey.askIf")}
        value={question.showIf}
        onChange={(event) => set({ showIf: event.target.value })}
      >
        <option value="">{t("survey.always")}</option>
        {earlier.map((other) => (
          <option key={other.id} value={other.id}>
            {other.title || other.id}
          </option>
        ))}
      </Select>
      {question.showIf && (
        <>
          <Select
            label={t("survey.how")}
            value={question.showHow}
            onChange={(event) => set({ showHow: event.target.value as QuestionDraft["showHow"] })}
          >
            {(["anyOf", "atLeast", "atMost"] as const).map((how) => (
              <option key={how} value={how}>
                {t(`survey.hows.${how}`)}
              </option>
            ))}
          </Select>
          <Input
            label={t("survey.what")}
            hint={question.showHow === "anyOf" ? t("survey.whatHint") : undefined}
            value={question.showWhat}
            onChange={(event) => set({ showWhat: event.target.value })}
          />
        </>
      )}
    </div>
  );
}
