import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useTitle } from "@/app/title";
import { PageFailure } from "@/components/page-failure";
import { buttonClass } from "@/components/ui/button";
import { Loading } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { Comments, CommentsLabel } from "@/features/collaboration/components/comments";
import { MakeTask } from "@/features/collaboration/components/make-task";
import { useShows } from "@/features/collaboration/hooks/presence";
import { Export } from "@/features/export/components/export";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { RunCard } from "@/features/run/components/run-card";
import { StartRun } from "@/features/run/components/start-run";
import { isOver, runQuery } from "@/features/run/hooks/run";
import { useFormat } from "@/i18n/format";
import { ConceptGraph } from "./components/concept-graph";
import { DeleteGroup } from "./components/delete-group";
import { RealismPanel } from "./components/realism";
import { SummaryPanel } from "./components/summary";
import { TranscriptPanel } from "./components/transcript";
import { estimateQuery, type FocusGroup, groupQuery, useRunGroup } from "./hooks/groups";

export const VIEWS = ["transcript", "summary", "realism", "graph", "comments"] as const;
type View = (typeof VIEWS)[number];

export function Room() {
  const { groupId } = useParams({ from: "/shell/projects/$projectId/focus-groups/$groupId" });
  const { data: project } = useProject();
  const { data: group, error, refetch } = useQuery(groupQuery(groupId));
  useTitle(group?.name, project?.name);
  if (error) return <PageFailure failure={error} retry={() => void refetch()} />;
  if (!group || !project) return <Loading lines={6} />;
  return <Content group={group} project={project} />;
}

function Content({ group, project }: { group: FocusGroup; project: Project }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { view: wanted } = useSearch({
    from: "/shell/projects/$projectId/focus-groups/$groupId",
  });
  const navigate = useNavigate({ from: "/projects/$projectId/focus-groups/$groupId" });
  const view = VIEWS.find((known) => known === wanted) ?? "transcript";
  const run = useQuery({ ...runQuery(group.run_id ?? ""), enabled: Boolean(group.run_id) });
  const refresh = () => void client.invalidateQueries({ queryKey: ["focus-group", group.id] });
  const show = (next: View) => void navigate({ search: { view: next } });
  const subject = { kind: "focus_group", id: group.id } as const;
  useShows("focus_group", group.id);
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h1 className="font-semibold text-2xl">{group.name}</h1>
          <p className="text-quiet">
            {t("group.people", { count: group.persona_ids.length })},{" "}
            {t("group.questions", { count: group.questions.length })}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          {!group.run_id && may(project.role, "editor") && (
            <Link
              to="/projects/$projectId/focus-groups/$groupId/edit"
              params={{ projectId: project.id, groupId: group.id }}
              className={buttonClass("plain", true)}
            >
              <Pencil aria-hidden className="size-4" />
              {t("group.change")}
            </Link>
          )}
          <MakeTask project={project} subject={subject} />
          {group.run_id && (
            <Export
              projectId={project.id}
              role={project.role}
              subject={{ kind: "focus_group", id: group.id, name: group.name }}
            />
          )}
          {group.may_delete && <DeleteGroup group={group} projectId={project.id} />}
        </div>
      </header>
      {group.run_id && group.run_status !== "succeeded" && (
        <RunCard key={group.run_id} runId={group.run_id} role={project.role} onEnd={refresh} />
      )}
      {!group.run_id && may(project.role, "editor") && <Start group={group} />}
      {!group.run_id && (
        <>
          <Guide group={group} />
          <section className="flex flex-col gap-3">
            <h2 className="font-semibold text-lg">{t("comment.title")}</h2>
            <Comments project={project} subject={subject} />
          </section>
        </>
      )}
      {group.run_id && (
        <Tabs
          label={group.name}
          value={view}
          onChange={show}
          tabs={VIEWS.map((name) => ({
            value: name,
            label:
              name === "comments" ? (
                <CommentsLabel projectId={project.id} subject={subject} />
              ) : (
                t(`group.views.${name}`)
              ),
          }))}
        >
          {view === "transcript" && <TranscriptPanel group={group} live={!isOver(run.data)} />}
          {view === "summary" && <SummaryPanel group={group} project={project} />}
          {view === "realism" && <RealismPanel group={group} />}
          {view === "graph" && <ConceptGraph group={group} project={project} />}
          {view === "comments" && <Comments project={project} subject={subject} />}
        </Tabs>
      )}
    </div>
  );
}

function Guide({ group }: { group: FocusGroup }) {
  const { t } = useTranslation();
  return (
    <section>
      <h2 className="mb-2 font-semibold">{t("group.guide")}</h2>
      <ol className="flex list-decimal flex-col gap-1 pl-5">
        {group.questions.map((question) => (
          <li key={question}>{question}</li>
        ))}
      </ol>
    </section>
  );
}

function Start({ group }: { group: FocusGroup }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const ready = group.persona_ids.length > 0 && group.questions.length > 0;
  const { data: plan, error } = useQuery({ ...estimateQuery(group.id), enabled: ready });
  const start = useRunGroup(group.id);
  const says =
    plan &&
    t("group.estimate", {
      turns: number(plan.turns),
      low: number(plan.calls.low),
      high: number(plan.calls.high),
      model: plan.model,
    });
  return (
    <StartRun
      label={t("group.start")}
      says={says}
      cost={plan?.cost_micros}
      failure={error}
      start={{ ...start, run: () => start.mutate(undefined) }}
      disabled={!ready}
    >
      {!ready && <p>{t("group.notReady")}</p>}
    </StartRun>
  );
}
