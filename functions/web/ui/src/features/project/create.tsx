import { useNavigate } from "@tanstack/react-router";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useDraft } from "@/app/draft";
import { useTitle } from "@/app/title";
import { Button } from "@/components/ui/button";
import { Failure, Note } from "@/components/ui/states";
import { type BriefDraft, BriefFields } from "./components/brief-fields";
import { asShares } from "./components/target";
import { useCreateProject } from "./hooks/projects";

const EMPTY: BriefDraft = {
  name: "",
  description: "",
  target_audience: "",
  research_objectives: "",
  additional_notes: "",
  language: "pl",
  sample: "100",
  target: {},
};

export function CreateProject() {
  const { t } = useTranslation();
  useTitle(t("project.create"));
  const navigate = useNavigate();
  const [draft, set, clear, restored] = useDraft("project", EMPTY);
  const create = useCreateProject();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(
      {
        name: draft.name,
        description: draft.description || null,
        target_audience: draft.target_audience || null,
        research_objectives: draft.research_objectives || null,
        additional_notes: draft.additional_notes || null,
        language: draft.language,
        target_sample_size: Number(draft.sample),
        target_demographics: asShares(draft.target),
      },
      {
        onSuccess: (project) => {
          clear();
          void navigate({ to: "/projects/$projectId", params: { projectId: project.id } });
        },
      },
    );
  };
  return (
    <div className="mx-auto w-full max-w-2xl px-5 py-8">
      <h1 className="mb-5 font-semibold text-2xl">{t("project.create")}</h1>
      <form onSubmit={submit} className="flex flex-col gap-5">
        {restored && (
          <Note>
            <div className="flex items-center justify-between gap-3">
              {t("state.draftRestored")}
              <Button small look="quiet" onClick={clear}>
                {t("state.draftDiscard")}
              </Button>
            </div>
          </Note>
        )}
        <BriefFields
          draft={draft}
          failure={create.error}
          set={(change) => set((before) => ({ ...before, ...change }))}
        />
        <Failure failure={create.error} />
        <div className="flex items-center gap-4">
          <Button type="submit" look="primary" busy={create.isPending}>
            {t("project.createDo")}
          </Button>
          <p className="text-quiet text-sm">{t("state.draftKept")}</p>
        </div>
      </form>
    </div>
  );
}
