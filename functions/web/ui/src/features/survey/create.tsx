import { useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDraft } from "@/app/draft";
import { useTitle } from "@/app/title";
import { moves } from "@/components/move";
import { Button } from "@/components/ui/button";
import { Checkbox, fieldError, Input, Select, TextArea } from "@/components/ui/field";
import { Failure, Note } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { useProject } from "@/features/project/hooks/projects";
import { Preview } from "./components/preview";
import { QuestionEditor } from "./components/question-editor";
import { Weights } from "./components/weights";
import {
  asQuestion,
  completed,
  KINDS,
  type Kind,
  newQuestion,
  type QuestionDraft,
} from "./hooks/draft";
import { useCreateSurvey } from "./hooks/surveys";
import { asWeights, type WeightsDraft } from "./hooks/weights";

type Draft = {
  title: string;
  description: string;
  wanted: string;
  shuffle: boolean;
  shuffleBlocks: boolean;
  weights: WeightsDraft;
  questions: QuestionDraft[];
};
const EMPTY: Draft = {
  title: "",
  description: "",
  wanted: "20",
  shuffle: false,
  shuffleBlocks: false,
  weights: {},
  questions: [newQuestion([])],
};

/** Writes a survey: questions of every kind, when each is asked, and how it looks to a respondent. */
export function CreateSurvey() {
  const { t } = useTranslation();
  const { projectId, data: project } = useProject();
  useTitle(t("survey.create"), project?.name);
  const navigate = useNavigate();
  const [draft, set, clear, restored] = useDraft(`survey.${projectId}`, EMPTY);
  const [view, setView] = useState<"write" | "preview">("write");
  const questions = draft.questions.map(completed);
  const create = useCreateSurvey(projectId);
  const change = (part: Partial<Draft>) => set((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      {
        title: draft.title,
        description: draft.description || null,
        target_responses: Number(draft.wanted),
        questions: questions.map(asQuestion),
        design: {
          randomizeBlocks: draft.shuffleBlocks,
          randomizeQuestions: draft.shuffle,
          weights: asWeights(draft.weights),
        },
      },
      {
        onSuccess: (survey) => {
          clear();
          void navigate({
            to: "/projects/$projectId/surveys/$surveyId",
            params: { projectId, surveyId: survey.id },
            search: {},
          });
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="flex max-w-3xl flex-col gap-5">
      <h1 className="font-semibold text-2xl">{t("survey.create")}</h1>
      {restored && <Note>{t("state.draftRestored")}</Note>}
      <Tabs
        label={t("survey.create")}
        value={view}
        onChange={setView}
        tabs={[
          { value: "write", label: t("survey.write") },
          { value: "preview", label: t("survey.preview") },
        ]}
      >
        {view === "write" ? (
          <div className="flex flex-col gap-5">
            <Head draft={draft} change={change} failure={create.error} />
            <Questions
              questions={questions}
              onChange={(questions) => change({ questions })}
              failure={create.error}
            />
            <Design
              draft={draft}
              hasBlocks={blocksOf(questions).length > 1}
              change={change}
              failure={create.error}
            />
          </div>
        ) : (
          <Preview title={draft.title} questions={questions.map(asQuestion)} />
        )}
      </Tabs>
      <Failure failure={create.error} />
      <div className="flex items-center gap-4">
        <Button type="submit" look="primary" busy={create.isPending}>
          {t("survey.createDo")}
        </Button>
        <p className="text-quiet text-sm">{t("state.draftKept")}</p>
      </div>
    </form>
  );
}

function Head({
  draft,
  change,
  failure,
}: {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  failure: unknown;
}) {
  const { t } = useTranslation();
  return (
    <>
      <Input
        label={t("survey.title")}
        required
        maxLength={255}
        value={draft.title}
        error={fieldError(failure, "title")}
        onChange={(event) => change({ title: event.target.value })}
      />
      <TextArea
        label={t("survey.description")}
        rows={2}
        maxLength={1_000}
        value={draft.description}
        error={fieldError(failure, "description")}
        onChange={(event) => change({ description: event.target.value })}
      />
      <div className="flex flex-wrap items-start gap-5">
        <div className="w-48">
          <Input
            label={t("survey.wanted")}
            type="number"
            min={10}
            max={100_000}
            required
            value={draft.wanted}
            error={fieldError(failure, "target_responses")}
            onChange={(event) => change({ wanted: event.target.value })}
          />
        </div>
      </div>
    </>
  );
}

/** How the whole of it is asked, and what its results are weighted to. */
function Design({
  draft,
  hasBlocks,
  change,
  failure,
}: {
  draft: Draft;
  hasBlocks: boolean;
  change: (part: Partial<Draft>) => void;
  failure: unknown;
}) {
  const { t } = useTranslation();
  return (
    <section className="flex flex-col gap-4 border-line border-t pt-5">
      <h2 className="font-semibold text-lg">{t("survey.design")}</h2>
      <Checkbox
        label={t("survey.shuffleQuestions")}
        hint={hasBlocks ? t("survey.shuffleInBlocks") : undefined}
        checked={draft.shuffle}
        onChange={(event) => change({ shuffle: event.target.checked })}
      />
      {(hasBlocks || draft.shuffleBlocks) && (
        <Checkbox
          label={t("survey.shuffleBlocks")}
          checked={draft.shuffleBlocks}
          onChange={(event) => change({ shuffleBlocks: event.target.checked })}
        />
      )}
      <Weights
        value={draft.weights}
        onChange={(weights) => change({ weights })}
        failure={failure}
      />
    </section>
  );
}

/** Questions without a block are one of their own. */
const blocksOf = (questions: QuestionDraft[]) => [
  ...new Set(questions.map((question) => question.block.trim())),
];

function Questions({
  questions,
  onChange,
  failure,
}: {
  questions: QuestionDraft[];
  onChange: (questions: QuestionDraft[]) => void;
  failure: unknown;
}) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<Kind>("single-choice");
  const blocks = blocksOf(questions).filter((block) => block !== "");
  const replace = (index: number, next: QuestionDraft) =>
    onChange(questions.map((other, at) => (at === index ? next : other)));
  return (
    <>
      <ol className="flex flex-col gap-4">
        {questions.map((question, index) => (
          <QuestionEditor
            key={question.id}
            number={index + 1}
            question={question}
            earlier={questions.slice(0, index)}
            blocks={blocks}
            failure={failure}
            field={`questions.${index}`}
            onChange={(next) => replace(index, next)}
            {...moves(questions, index, onChange)}
          />
        ))}
      </ol>
      <div className="flex items-end gap-2">
        <div className="w-56">
          <Select
            label={t("survey.next")}
            value={kind}
            onChange={(event) =>
              setKind(KINDS.find((known) => known === event.target.value) ?? "single-choice")
            }
          >
            {KINDS.map((known) => (
              <option key={known} value={known}>
                {t(`survey.kind.${known}`)}
              </option>
            ))}
          </Select>
        </div>
        <Button
          onClick={() =>
            onChange([
              ...questions,
              newQuestion(
                questions.map((question) => question.id),
                kind,
              ),
            ])
          }
        >
          <Plus aria-hidden className="size-4" />
          {t("group.addQuestion")}
        </Button>
      </div>
    </>
  );
}
