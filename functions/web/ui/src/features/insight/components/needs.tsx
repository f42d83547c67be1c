import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { Button } from "@/components/ui/button";
import { Failure, Loading, Note } from "@/components/ui/states";
import type { Project } from "@/features/project/hooks/projects";
import { RunCard } from "@/features/run/components/run-card";
import type { Run } from "@/features/run/hooks/run";
import { usageQuery } from "@/features/usage/hooks/usage";
import { useFormat } from "@/i18n/format";
import { isNeeds, type Needs, needsQuery, type Scope, useDraftNeeds } from "../hooks/insights";
import { Cost } from "./cost";
import { Jobs, Outcomes, Pains } from "./need-lists";

type Props = { personaId: string; project: Project };

/** What a person needs, what of it somebody has said, and what is a hypothesis. */
export function NeedsPanel({ personaId, project }: Props) {
  const { data, error, refetch } = useQuery(needsQuery(personaId));
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
  if (!data) return <Loading lines={6} />;
  const needs = data.needs_and_pains;
  return (
    <>
      <Basis needs={data} />
      {may(project.role, "editor") && (
        <Draft key={personaId} personaId={personaId} project={project} needs={data} />
      )}
      <Jobs jobs={needs.jobs_to_be_done} projectId={project.id} />
      <Outcomes outcomes={needs.desired_outcomes} />
      <Pains pains={needs.pain_points} projectId={project.id} />
    </>
  );
}

/** What the needs rest on, and who drafted them. */
function Basis({ needs: { needs_and_pains: needs, ...of } }: { needs: Needs }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const byRule = needs.generated_by === "rules";
  return (
    <div className="flex flex-col gap-3">
      <p className="text-quiet text-sm">
        {t("need.of", { segment: of.segment_name })}{" "}
        {byRule || !needs.generated_at
          ? t("need.byRule")
          : t("need.made", {
              model: needs.generated_by,
              prompt: of.prompt_version,
              when: moment(needs.generated_at),
            })}{" "}
        {!byRule && t("need.read", { count: needs.answers })}
      </p>
      {needs.basis === "hypotheses" && <Note tone="warn">{t("need.hypotheses")}</Note>}
      {!byRule && of.is_simulated && <Note tone="warn">{t("need.simulated")}</Note>}
      {of.dropped_quotes > 0 && (
        <p className="text-quiet text-sm">{t("need.dropped", { count: of.dropped_quotes })}</p>
      )}
    </div>
  );
}

/** Has them drafted from what the segment's people have said since. */
function Draft({ personaId, project, needs }: Props & { needs: Needs }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const draft = useDraftNeeds(project.id, personaId);
  const [started, setStarted] = useState<{ id: string; isOver: boolean } | null>(null);
  const refresh = (run: Run) => {
    // one that did not succeed stays, with its reasons and what can be done about it
    setStarted(run.status === "succeeded" ? null : { id: run.id, isOver: true });
    // others of the segment, or of the project, have them as well
    void client.invalidateQueries({ queryKey: ["persona"], predicate: isNeeds });
    void client.invalidateQueries({ queryKey: usageQuery(project.id).queryKey });
  };
  const start = (scope: Scope) =>
    draft.mutate(
      { key: crypto.randomUUID(), scope },
      { onSuccess: ({ run_id }) => setStarted({ id: run_id, isOver: false }) },
    );
  const isWorking = started !== null && !started.isOver;
  const byRule = needs.needs_and_pains.generated_by === "rules";
  return (
    <section className="flex flex-col gap-2 rounded-card bg-sunken px-4 py-3">
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 basis-60 font-medium">
          {t(byRule ? "need.neverDrafted" : needs.is_stale ? "need.stale" : "need.fresh")}
        </p>
        <Button
          small
          look="quiet"
          disabled={draft.isPending || isWorking}
          onClick={() => start("project")}
        >
          {t("need.all")}
        </Button>
        <Button
          small
          look={needs.is_stale ? "primary" : "plain"}
          busy={draft.isPending}
          disabled={isWorking}
          onClick={() => start("segment")}
        >
          <RefreshCw aria-hidden className="size-4" />
          {t(byRule ? "need.draft" : "need.again")}
        </Button>
      </div>
      <Cost task="persona_needs" projectId={project.id} />
      <Failure failure={draft.error} />
      {started && (
        <RunCard key={started.id} runId={started.id} role={project.role} onEnd={refresh} />
      )}
    </section>
  );
}
