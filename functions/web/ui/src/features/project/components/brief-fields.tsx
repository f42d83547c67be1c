import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { fieldError, Input, Select, TextArea } from "@/components/ui/field";
import { TargetBuilder, type Weights } from "./target";

export type BriefDraft = {
  name: string;
  description: string;
  target_audience: string;
  research_objectives: string;
  additional_notes: string;
  language: Schemas["Language"];
  sample: string;
  target: Weights;
};

/** The brief and the target of a project, to be written or changed. */
export function BriefFields({
  draft,
  set,
  failure,
  disabled,
}: {
  draft: BriefDraft;
  set: (change: Partial<BriefDraft>) => void;
  failure: unknown;
  disabled?: boolean;
}) {
  const { t } = useTranslation();
  const text = (
    name: "name" | "description" | "target_audience" | "research_objectives" | "additional_notes",
  ) => ({
    value: draft[name],
    error: fieldError(failure, name),
    disabled,
    onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }),
  });
  return (
    <>
      <Input label={t("project.name")} required maxLength={255} {...text("name")} />
      <TextArea label={t("project.description")} maxLength={1_000} {...text("description")} />
      <TextArea
        label={t("project.audience")}
        hint={t("project.audienceHint")}
        {...text("target_audience")}
      />
      <TextArea
        label={t("project.objectives")}
        hint={t("project.objectivesHint")}
        {...text("research_objectives")}
      />
      <TextArea label={t("project.notes")} {...text("additional_notes")} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={t("project.language")}
          hint={t("project.languageHint")}
          disabled={disabled}
          value={draft.language}
          onChange={(event) => set({ language: event.target.value === "en" ? "en" : "pl" })}
        >
          <option value="pl">Polski</option>
          <option value="en">English</option>
        </Select>
        <Input
          label={t("project.sample")}
          type="number"
          min={10}
          max={1_000}
          disabled={disabled}
          hint={t("project.sampleHint")}
          error={fieldError(failure, "target_sample_size")}
          value={draft.sample}
          onChange={(event) => set({ sample: event.target.value })}
        />
      </div>
      <section className="flex flex-col gap-3">
        <div>
          <h2 className="font-semibold">{t("target.title")}</h2>
          <p className="text-quiet text-sm">{t("target.hint")}</p>
        </div>
        <TargetBuilder
          value={draft.target}
          people={Number(draft.sample)}
          disabled={disabled}
          onChange={(target) => set({ target })}
        />
      </section>
    </>
  );
}
