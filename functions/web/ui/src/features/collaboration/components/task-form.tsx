import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useDraft } from "@/app/draft";
import { Button } from "@/components/ui/button";
import { fieldError, Input, Select, TextArea } from "@/components/ui/field";
import { Failure, Note } from "@/components/ui/states";
import { membersQuery } from "@/features/member/hooks/members";
import type { PersonRef } from "../hooks/comments";
import type { SubjectRef } from "../hooks/stream";
import { type Task, useChangeTask, useCreateTask } from "../hooks/tasks";

const LONGEST_TITLE = 200;
const LONGEST_TEXT = 4_000;

type Draft = { title: string; text: string; assignee: string; due: string; key: string };
const EMPTY: Draft = { title: "", text: "", assignee: "", due: "", key: "" };

/** Makes a task, about something where there is a subject. What is written is kept until it is sent. */
export function NewTask({
  projectId,
  subject,
  onMade,
  onCancel,
}: {
  projectId: string;
  subject?: SubjectRef;
  onMade: (task: Task) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const create = useCreateTask(projectId);
  const [draft, set, clear, restored] = useDraft(`task.${subject?.id ?? projectId}`, EMPTY);
  const submit = () => {
    const key = draft.key || crypto.randomUUID();
    set((before) => ({ ...before, key }));
    const done = (task: Task) => {
      clear();
      onMade(task);
    };
    create.mutate({ key, subject, ...bodyOf(draft) }, { onSuccess: done });
  };
  return (
    <Form
      projectId={projectId}
      draft={draft}
      // another task has another key
      change={(part) => set((before) => ({ ...before, ...part, key: "" }))}
      failure={create.error}
      isBusy={create.isPending}
      restored={restored}
      send={t("task.make")}
      onSubmit={submit}
      onCancel={onCancel}
    />
  );
}

/** Changes a task. */
export function EditTask({ task, close }: { task: Task; close: () => void }) {
  const { t } = useTranslation();
  const save = useChangeTask(task.project_id, task.id);
  const initial = useMemo(
    () => ({
      title: task.title,
      text: task.text ?? "",
      assignee: task.assignee?.id ?? "",
      due: task.due_on ?? "",
      key: "",
    }),
    [task],
  );
  const [draft, set, clear, restored] = useDraft(`task.edit.${task.id}`, initial);
  const done = () => {
    clear();
    close();
  };
  return (
    <Form
      projectId={task.project_id}
      draft={draft}
      former={task.assignee}
      change={(part) => set((before) => ({ ...before, ...part }))}
      failure={save.error}
      isBusy={save.isPending}
      restored={restored}
      send={t("action.save")}
      onSubmit={() => save.mutate(bodyOf(draft), { onSuccess: done })}
      onCancel={done}
    />
  );
}

const bodyOf = ({ title, text, assignee, due }: Draft) => ({
  title: title.trim(),
  text: text.trim() || null,
  assignee: assignee || null,
  due_on: due || null,
});

function Form({
  projectId,
  draft,
  former,
  change,
  failure,
  isBusy,
  restored,
  send,
  onSubmit,
  onCancel,
}: {
  projectId: string;
  draft: Draft;
  /** Who has it: offered even where they are no member any more. */
  former?: PersonRef | null;
  change: (part: Partial<Draft>) => void;
  failure: unknown;
  isBusy: boolean;
  restored: boolean;
  send: string;
  onSubmit: () => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {restored && <Note>{t("state.draftRestored")}</Note>}
      <Input
        label={t("task.title")}
        required
        maxLength={LONGEST_TITLE}
        value={draft.title}
        error={fieldError(failure, "title")}
        onChange={(event) => change({ title: event.target.value })}
      />
      <TextArea
        label={t("task.text")}
        maxLength={LONGEST_TEXT}
        value={draft.text}
        error={fieldError(failure, "text")}
        onChange={(event) => change({ text: event.target.value })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Assignee
          projectId={projectId}
          former={former}
          value={draft.assignee}
          error={fieldError(failure, "assignee")}
          onChange={(assignee) => change({ assignee })}
        />
        <Input
          type="date"
          label={t("task.due")}
          value={draft.due}
          error={fieldError(failure, "due_on")}
          onChange={(event) => change({ due: event.target.value })}
        />
      </div>
      <Failure failure={failure} />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{t("action.cancel")}</Button>
        <Button type="submit" look="primary" busy={isBusy} disabled={draft.title.trim() === ""}>
          {send}
        </Button>
      </div>
    </form>
  );
}

function Assignee({
  projectId,
  former,
  value,
  error,
  onChange,
}: {
  projectId: string;
  former?: PersonRef | null;
  value: string;
  error: string | null;
  onChange: (assignee: string) => void;
}) {
  const { t } = useTranslation();
  const { data } = useQuery(membersQuery(projectId));
  const members = (data ?? []).map(({ account_id: id, full_name: name }) => ({ id, name }));
  const isGone = former && !members.some(({ id }) => id === former.id);
  return (
    <Select
      label={t("task.assignee")}
      value={value}
      error={error}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{t("task.nobody")}</option>
      {[...members, ...(isGone ? [former] : [])].map(({ id, name }) => (
        <option key={id} value={id}>
          {name || t("comment.formerMember")}
        </option>
      ))}
    </Select>
  );
}
