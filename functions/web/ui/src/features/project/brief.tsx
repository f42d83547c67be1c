import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { forgetDrafts, useDraft } from "@/app/draft";
import { useTitle } from "@/app/title";
import { ConfirmDelete } from "@/components/confirm-delete";
import { Button } from "@/components/ui/button";
import { Failure, Note } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { type BriefDraft, BriefFields } from "./components/brief-fields";
import { asShares, asSliders } from "./components/target";
import { type Project, useDeleteProject, useProject, useUpdateProject } from "./hooks/projects";

export function Brief() {
  const { t } = useTranslation();
  const { data: project } = useProject();
  useTitle(t("nav.brief"), project?.name);
  // another version of the project begins another draft
  return project && <Form key={project.updated_at} project={project} />;
}

function Form({ project }: { project: Project }) {
  const { t } = useTranslation();
  const [initial] = useState<BriefDraft>(() => ({
    name: project.name,
    description: project.description ?? "",
    target_audience: project.target_audience ?? "",
    research_objectives: project.research_objectives ?? "",
    additional_notes: project.additional_notes ?? "",
    language: project.language,
    sample: String(project.target_sample_size),
    target: asSliders(project.target_demographics),
  }));
  const [draft, set, clear, restored] = useDraft(`brief.${project.id}`, initial);
  const update = useUpdateProject(project.id);
  const editable = may(project.role, "editor");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    update.mutate(
      {
        name: draft.name,
        description: draft.description,
        target_audience: draft.target_audience,
        research_objectives: draft.research_objectives,
        additional_notes: draft.additional_notes,
        language: draft.language,
        target_sample_size: Number(draft.sample),
        target_demographics: asShares(draft.target),
      },
      {
        onSuccess: () => {
          clear();
          toast(t("state.saved"));
        },
      },
    );
  };
  return (
    <div className="flex max-w-2xl flex-col gap-5">
      <h1 className="font-semibold text-2xl">{t("nav.brief")}</h1>
      {!editable && <Note>{t("state.readOnly")}</Note>}
      <form onSubmit={submit} className="flex flex-col gap-5">
        {restored && <Note>{t("state.draftRestored")}</Note>}
        <BriefFields
          draft={draft}
          failure={update.error}
          disabled={!editable}
          set={(change) => set((before) => ({ ...before, ...change }))}
        />
        <Failure failure={update.error} />
        {editable && (
          <div className="flex gap-3">
            <Button type="submit" look="primary" busy={update.isPending}>
              {t("action.save")}
            </Button>
            {restored && <Button onClick={clear}>{t("state.draftDiscard")}</Button>}
          </div>
        )}
      </form>
      {may(project.role, "admin") && <Delete project={project} />}
    </div>
  );
}

function Delete({ project }: { project: Project }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <section className="card flex items-center justify-between gap-4 px-5 py-4">
      <p className="text-quiet">{t("project.deleteHint")}</p>
      <ConfirmDelete
        title={t("project.delete")}
        question={t("project.deleteAsk", { name: project.name })}
        removal={useDeleteProject(project.id)}
        leave={() => {
          forgetDrafts(project.id);
          void navigate({ to: "/" });
        }}
      />
    </section>
  );
}
