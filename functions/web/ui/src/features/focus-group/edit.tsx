import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Plus, Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDraft } from "@/app/draft";
import { useTitle } from "@/app/title";
import { Button } from "@/components/ui/button";
import { Checkbox, fieldError, Input, TextArea } from "@/components/ui/field";
import { Empty, Failure, Loading, Note } from "@/components/ui/states";
import { personasQuery } from "@/features/persona/hooks/personas";
import { ToGenerate } from "@/features/project/components/to-generate";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { useCreateGroup } from "./hooks/groups";

type Draft = {
  name: string;
  context: string;
  questions: string[];
  people: string[];
  adversarial: boolean;
};
const EMPTY: Draft = { name: "", context: "", questions: [""], people: [], adversarial: false };

/** Sets up a focus group: who talks, and about what. */
export function NewFocusGroup() {
  const { t } = useTranslation();
  const { projectId, data: project } = useProject();
  useTitle(t("group.create"), project?.name);
  const navigate = useNavigate();
  const [draft, set, clear, restored] = useDraft(`focus-group.${projectId}`, EMPTY);
  const create = useCreateGroup(projectId);
  const change = (part: Partial<Draft>) => set((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      {
        name: draft.name,
        project_context: draft.context || null,
        questions: draft.questions.filter((question) => question.trim() !== ""),
        persona_ids: draft.people,
        mode: draft.adversarial ? "adversarial" : "normal",
        target_participants: Math.max(1, draft.people.length),
      },
      {
        onSuccess: (group) => {
          clear();
          void navigate({
            to: "/projects/$projectId/focus-groups/$groupId",
            params: { projectId, groupId: group.id },
            search: {},
          });
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="flex max-w-3xl flex-col gap-5">
      <h1 className="font-semibold text-2xl">{t("group.create")}</h1>
      {restored && <Note>{t("state.draftRestored")}</Note>}
      <Input
        label={t("group.name")}
        required
        maxLength={255}
        value={draft.name}
        error={fieldError(create.error, "name")}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Questions
        questions={draft.questions}
        onChange={(questions) => change({ questions })}
        failure={create.error}
      />
      {project && (
        <People
          project={project}
          chosen={draft.people}
          onChange={(people) => change({ people })}
          error={fieldError(create.error, "persona_ids")}
        />
      )}
      <TextArea
        label={t("group.context")}
        hint={t("group.contextHint")}
        maxLength={5_000}
        value={draft.context}
        error={fieldError(create.error, "project_context")}
        onChange={(event) => change({ context: event.target.value })}
      />
      <Checkbox
        label={t("group.adversarial")}
        hint={t("group.adversarialHint")}
        checked={draft.adversarial}
        onChange={(event) => change({ adversarial: event.target.checked })}
      />
      <Failure failure={create.error} />
      <div className="flex items-center gap-4">
        <Button type="submit" look="primary" busy={create.isPending}>
          {t("group.createDo")}
        </Button>
        <p className="text-quiet text-sm">{t("state.draftKept")}</p>
      </div>
    </form>
  );
}

function Questions({
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
          <Button
            look="quiet"
            small
            disabled={questions.length === 1}
            aria-label={t("group.removeQuestion", { number: index + 1 })}
            onClick={() => onChange(questions.filter((_, at) => at !== index))}
          >
            <Trash2 aria-hidden className="size-4" />
          </Button>
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

/** As many as a discussion takes. */
const MOST = 100;

function People({
  project,
  chosen,
  onChange,
  error,
}: {
  project: Project;
  chosen: string[];
  onChange: (people: string[]) => void;
  error: string | null;
}) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(personasQuery(project.id));
  const [words, setWords] = useState("");
  const people = list.data?.pages.flatMap((page) => page.personas) ?? [];
  const shown = people.filter((person) =>
    `${person.full_name} ${person.occupation} ${person.location} ${person.segment_name}`
      .toLocaleLowerCase()
      .includes(words.toLocaleLowerCase()),
  );
  const toggle = (id: string) =>
    onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium text-sm">
        {t("group.participants")} ({chosen.length})
      </legend>
      {list.error ? (
        <Failure failure={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Loading lines={3} />
      ) : people.length === 0 ? (
        <Empty title={t("people.none")} action={<ToGenerate project={project} />} />
      ) : (
        <>
          <Input
            type="search"
            hideLabel
            label={t("people.find")}
            placeholder={t("people.find")}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
          <div className="flex gap-2">
            <Button
              small
              onClick={() => {
                const ids = shown.map((person) => person.id);
                onChange([...new Set([...chosen, ...ids])].slice(0, MOST));
              }}
            >
              {t("group.chooseShown", { count: shown.length })}
            </Button>
            <Button small onClick={() => onChange([])} disabled={chosen.length === 0}>
              {t("group.chooseNone")}
            </Button>
          </div>
          <ul aria-label={t("nav.people")} className="card max-h-72 overflow-y-auto py-1">
            {shown.map((person) => (
              <li key={person.id} className="px-4 py-1">
                <Checkbox
                  label={`${person.full_name}, ${person.age}, ${person.occupation}`}
                  checked={chosen.includes(person.id)}
                  disabled={!chosen.includes(person.id) && chosen.length >= MOST}
                  onChange={() => toggle(person.id)}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      {error && <p className="text-bad text-sm">{error}</p>}
    </fieldset>
  );
}
