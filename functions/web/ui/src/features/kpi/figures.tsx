import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Calculator } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useDraft } from "@/app/draft";
import { LeaveGuard } from "@/app/leave";
import { useTitle } from "@/app/title";
import { Button } from "@/components/ui/button";
import { Failure, Loading, Note } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { RunCard } from "@/features/run/components/run-card";
import { useFormat } from "@/i18n/format";
import { Benchmarks } from "./components/benchmarks";
import { FiguresTable } from "./components/figures-table";
import { Spreadsheet } from "./components/spreadsheet";
import { Terms } from "./components/terms";
import {
  asDraft,
  asInputs,
  type Inputs,
  inputsQuery,
  isMarked,
  lineErrors,
  type Segment,
  segmentsQuery,
  useRecalculateAll,
  useSaveFigures,
} from "./hooks/figures";

/** What the project knows of its own business: metrics are computed from it before anything else. */
export function Figures() {
  const { t } = useTranslation();
  const { data: project } = useProject();
  useTitle(t("nav.figures"), project?.name);
  return project && <Content project={project} />;
}

function Content({ project }: { project: Project }) {
  const { t } = useTranslation();
  const inputs = useQuery(inputsQuery(project.id));
  const segments = useQuery(segmentsQuery(project.id));
  const failure = inputs.error ?? segments.error;
  const retry = () => void Promise.all([inputs.refetch(), segments.refetch()]);
  return (
    <div className="flex flex-col gap-6">
      <header className="max-w-prose">
        <h1 className="font-semibold text-2xl">{t("nav.figures")}</h1>
        <p className="text-quiet">{t("figures.hint")}</p>
      </header>
      {failure ? (
        <Failure failure={failure} retry={retry} />
      ) : inputs.data && segments.data ? (
        <Form
          key={inputs.data.version}
          project={project}
          inputs={inputs.data}
          segments={segments.data}
        />
      ) : (
        <Loading lines={9} />
      )}
      {may(project.role, "editor") && <Recalculate project={project} />}
    </div>
  );
}

function Form({
  project,
  inputs,
  segments,
}: {
  project: Project;
  inputs: Inputs;
  segments: Segment[];
}) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const [initial] = useState(() => asDraft(inputs));
  const [draft, set, clear, restored, isOpen] = useDraft(
    `figures.${project.id}.${inputs.version}`,
    initial,
  );
  const save = useSaveFigures(project.id);
  const editable = may(project.role, "editor");
  const ofFile = lineErrors(save.error).length > 0;
  const sent = (csv?: string) =>
    save.mutate(asInputs(draft, csv), {
      onSuccess: () => {
        clear();
        toast(t("state.saved"));
      },
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sent();
  };
  return (
    <>
      <LeaveGuard isOpen={isOpen} />
      {!editable && <Note>{t("state.readOnly")}</Note>}
      {!editable && !inputs.inputs && <Note>{t("figures.none")}</Note>}
      <form onSubmit={submit} className="flex flex-col gap-5">
        {restored && <Note>{t("state.draftRestored")}</Note>}
        <Terms
          draft={draft}
          disabled={!editable}
          failure={save.error}
          set={(part) => set((before) => ({ ...before, ...part }))}
        />
        <FiguresTable
          draft={draft}
          segments={segments}
          disabled={!editable}
          failure={save.error}
          set={(rows) => set((before) => ({ ...before, rows }))}
        />
        <Benchmarks
          draft={draft}
          disabled={!editable}
          failure={save.error}
          set={(part) => set((before) => ({ ...before, ...part }))}
        />
        {!ofFile && (
          <Failure
            failure={save.error}
            says={isMarked(save.error) ? t("figures.marked") : undefined}
          />
        )}
        {editable && (
          <div className="flex flex-wrap items-center gap-3">
            <Button type="submit" look="primary" busy={save.isPending}>
              {t("action.save")}
            </Button>
            {restored && <Button onClick={clear}>{t("state.draftDiscard")}</Button>}
            {inputs.changed_at && (
              <span className="text-quiet text-sm">
                {t("figures.changed", {
                  version: inputs.version,
                  when: moment(inputs.changed_at),
                })}
              </span>
            )}
          </div>
        )}
      </form>
      <Spreadsheet
        projectId={project.id}
        editable={editable}
        failure={save.error}
        busy={save.isPending}
        onSend={sent}
      />
    </>
  );
}

/** Computes every segment's metrics anew, where a source has changed. */
function Recalculate({ project }: { project: Project }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const recalculate = useRecalculateAll(project.id);
  const runId = recalculate.data?.run_id;
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">{t("figures.metrics")}</h2>
      <p className="max-w-prose text-quiet">{t("figures.metricsHint")}</p>
      <Failure failure={recalculate.error} />
      <div>
        <Button busy={recalculate.isPending} onClick={() => recalculate.mutate()}>
          <Calculator aria-hidden className="size-4" />
          {t("figures.recalculate")}
        </Button>
      </div>
      {runId && (
        <RunCard
          key={runId}
          runId={runId}
          role={project.role}
          onEnd={() => void client.invalidateQueries({ queryKey: ["persona"] })}
        />
      )}
    </section>
  );
}
