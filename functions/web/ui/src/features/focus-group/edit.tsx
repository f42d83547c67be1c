import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useDraft } from "@/app/draft";
import { useTitle } from "@/app/title";
import { PageFailure } from "@/components/page-failure";
import { Button } from "@/components/ui/button";
import { Checkbox, fieldError, Input, TextArea } from "@/components/ui/field";
import { Failure, Loading, Note } from "@/components/ui/states";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { Guide } from "./components/guide";
import { Participants } from "./components/participants";
import { type FocusGroup, groupQuery, useCreateGroup, useReplaceGroup } from "./hooks/groups";

type Draft = {
  name: string;
  context: string;
  questions: string[];
  people: string[];
  adversarial: boolean;
};
const EMPTY: Draft = { name: "", context: "", questions: [""], people: [], adversarial: false };

const bodyOf = (draft: Draft): Schemas["WriteFocusGroup"] => ({
  name: draft.name,
  project_context: draft.context || null,
  questions: draft.questions.filter((question) => question.trim() !== ""),
  persona_ids: draft.people,
  mode: draft.adversarial ? "adversarial" : "normal",
  target_participants: Math.max(1, draft.people.length),
});

/** Sets up a focus group: who talks, and about what. */
export function NewFocusGroup() {
  const { t } = useTranslation();
  const { projectId, data: project } = useProject();
  useTitle(t("group.create"), project?.name);
  const toGroup = useToGroup(projectId);
  const [draft, set, clear, restored] = useDraft(`focus-group.${projectId}`, EMPTY);
  const create = useCreateGroup(projectId);
  const done = ({ id }: { id: string }) => {
    clear();
    toGroup(id);
  };
  return (
    <Form
      project={project}
      title={t("group.create")}
      draft={draft}
      set={set}
      failure={create.error}
      onSubmit={() => create.mutate(bodyOf(draft), { onSuccess: done })}
    >
      {restored && <Note>{t("state.draftRestored")}</Note>}
      <Send busy={create.isPending}>{t("group.createDo")}</Send>
    </Form>
  );
}

/** Changes a focus group that has never run. */
export function EditFocusGroup() {
  const { t } = useTranslation();
  const { groupId } = useParams({ from: "/shell/projects/$projectId/focus-groups/$groupId/edit" });
  const { data: project } = useProject();
  const { data: group, error, refetch } = useQuery(groupQuery(groupId));
  useTitle(t("group.change"), group?.name, project?.name);
  if (error) return <PageFailure failure={error} retry={() => void refetch()} />;
  if (!group || !project) return <Loading lines={6} />;
  if (group.run_id) return <Note>{t("group.hasRun")}</Note>;
  return <Change key={group.id} group={group} project={project} />;
}

export function Change({ group, project }: { group: FocusGroup; project: Project }) {
  const { t } = useTranslation();
  const toGroup = useToGroup(project.id);
  const [initial] = useState<Draft>(() => ({
    name: group.name,
    context: group.project_context ?? "",
    questions: group.questions.length > 0 ? group.questions : [""],
    people: group.persona_ids,
    adversarial: group.mode === "adversarial",
  }));
  const [draft, set, clear, restored] = useDraft(`focus-group.edit.${group.id}`, initial);
  const replace = useReplaceGroup(group.id, project.id);
  const done = () => {
    clear();
    toGroup(group.id);
  };
  // what this form does not show stays
  const body = { ...bodyOf(draft), description: group.description };
  return (
    <Form
      project={project}
      title={t("group.change")}
      draft={draft}
      set={set}
      failure={replace.error}
      onSubmit={() => replace.mutate(body, { onSuccess: done })}
    >
      {restored && <Note>{t("state.draftRestored")}</Note>}
      <Send busy={replace.isPending}>{t("action.save")}</Send>
    </Form>
  );
}

function useToGroup(projectId: string) {
  const navigate = useNavigate();
  return (groupId: string) =>
    void navigate({
      to: "/projects/$projectId/focus-groups/$groupId",
      params: { projectId, groupId },
      search: {},
    });
}

function Send({ busy, children }: { busy: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="flex items-center gap-4">
      <Button type="submit" look="primary" busy={busy}>
        {children}
      </Button>
      <p className="text-quiet text-sm">{t("state.draftKept")}</p>
    </div>
  );
}

function Form({
  project,
  title,
  draft,
  set,
  failure,
  onSubmit,
  children,
}: {
  project: Project | undefined;
  title: string;
  draft: Draft;
  set: (next: (before: Draft) => Draft) => void;
  failure: unknown;
  onSubmit: () => void;
  children: ReactNode;
}) {
  const { t } = useTranslation();
  const change = (part: Partial<Draft>) => set((before) => ({ ...before, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit} className="flex max-w-3xl flex-col gap-5">
      <h1 className="font-semibold text-2xl">{title}</h1>
      <Input
        label={t("group.name")}
        required
        maxLength={255}
        value={draft.name}
        error={fieldError(failure, "name")}
        onChange={(event) => change({ name: event.target.value })}
      />
      <Guide
        questions={draft.questions}
        onChange={(questions) => change({ questions })}
        failure={failure}
      />
      {project && (
        <Participants
          project={project}
          chosen={draft.people}
          onChange={(people) => change({ people })}
          error={fieldError(failure, "persona_ids")}
        />
      )}
      <TextArea
        label={t("group.context")}
        hint={t("group.contextHint")}
        maxLength={5_000}
        value={draft.context}
        error={fieldError(failure, "project_context")}
        onChange={(event) => change({ context: event.target.value })}
      />
      <Checkbox
        label={t("group.adversarial")}
        hint={t("group.adversarialHint")}
        checked={draft.adversarial}
        onChange={(event) => change({ adversarial: event.target.checked })}
      />
      <Failure failure={failure} />
      {children}
    </form>
  );
}
