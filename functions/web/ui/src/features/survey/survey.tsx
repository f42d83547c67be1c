import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useTitle } from "@/app/title";
import { PageFailure } from "@/components/page-failure";
import { Checkbox } from "@/components/ui/field";
import { Empty, Loading, Note } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { Comments, CommentsLabel } from "@/features/collaboration/components/comments";
import { MakeTask } from "@/features/collaboration/components/make-task";
import { useShows } from "@/features/collaboration/hooks/presence";
import { Export } from "@/features/export/components/export";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { RunCard } from "@/features/run/components/run-card";
import { StartRun } from "@/features/run/components/start-run";
import { useFormat } from "@/i18n/format";
import { DeleteSurvey } from "./components/delete-survey";
import { Human } from "./components/human";
import { Preview } from "./components/preview";
import { Results } from "./components/results";
import { Segments } from "./components/segments";
import {
  type Survey as Row,
  surveyEstimateQuery,
  surveyQuery,
  useRunSurvey,
} from "./hooks/surveys";

export const VIEWS = ["results", "segments", "people", "questions", "comments"] as const;

export function Survey() {
  const { surveyId } = useParams({ from: "/shell/projects/$projectId/surveys/$surveyId" });
  const { data: project } = useProject();
  const { data: survey, error, refetch } = useQuery(surveyQuery(surveyId));
  useTitle(survey?.title, project?.name);
  if (error) return <PageFailure failure={error} retry={() => void refetch()} />;
  if (!survey || !project) return <Loading lines={6} />;
  return <Content survey={survey} project={project} />;
}

function Content({ survey, project }: { survey: Row; project: Project }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const client = useQueryClient();
  const { view: wanted } = useSearch({ from: "/shell/projects/$projectId/surveys/$surveyId" });
  const navigate = useNavigate({ from: "/projects/$projectId/surveys/$surveyId" });
  const view = VIEWS.find((known) => known === wanted) ?? "results";
  const answered = survey.actual_responses > 0;
  const open = survey.run_status !== "succeeded" || survey.shortfall > 0;
  const subject = { kind: "survey", id: survey.id } as const;
  useShows("survey", survey.id);
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div>
          <h1 className="font-semibold text-2xl">{survey.title}</h1>
          {survey.description && <p className="text-quiet">{survey.description}</p>}
          <p className="tabular text-quiet text-sm">
            {t("survey.answered", {
              answered: number(survey.actual_responses),
              wanted: number(survey.target_responses),
            })}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <MakeTask project={project} subject={subject} />
          {answered && (
            <Export
              projectId={project.id}
              role={project.role}
              subject={{ kind: "survey", id: survey.id, name: survey.title }}
            />
          )}
          {may(project.role, "admin") && <DeleteSurvey survey={survey} projectId={project.id} />}
        </div>
      </header>
      {survey.run_id && survey.run_status !== "succeeded" && (
        <RunCard
          key={survey.run_id}
          runId={survey.run_id}
          role={project.role}
          onEnd={() => void client.invalidateQueries({ queryKey: ["survey", survey.id] })}
        />
      )}
      {open && survey.status !== "running" && may(project.role, "editor") && (
        <Start survey={survey} />
      )}
      <Tabs
        label={survey.title}
        value={view}
        onChange={(next) => void navigate({ search: { view: next } })}
        tabs={VIEWS.map((name) => ({
          value: name,
          label:
            name === "comments" ? (
              <CommentsLabel projectId={project.id} subject={subject} />
            ) : (
              t(`survey.views.${name}`)
            ),
        }))}
      >
        {view === "questions" ? (
          <Preview title={survey.title} questions={survey.questions} />
        ) : view === "comments" ? (
          <Comments project={project} subject={subject} />
        ) : !answered ? (
          <Empty title={t("survey.unanswered")}>{t("survey.unansweredHint")}</Empty>
        ) : view === "segments" ? (
          <Segments survey={survey} />
        ) : view === "people" ? (
          <Human survey={survey} project={project} />
        ) : (
          <Results survey={survey} />
        )}
      </Tabs>
    </div>
  );
}

/** Whom it would ask and what that would take, before it is started. */
function Start({ survey }: { survey: Row }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const [enlarge, setEnlarge] = useState(false);
  const { data: plan, error } = useQuery(surveyEstimateQuery(survey.id, enlarge));
  const start = useRunSurvey(survey.id);
  const says =
    plan &&
    t("survey.estimate", {
      people: number(plan.respondents),
      low: number(plan.calls.low),
      high: number(plan.calls.high),
      model: plan.model,
    });
  return (
    <StartRun
      label={t("survey.start")}
      says={says}
      cost={plan?.cost_micros}
      failure={error}
      start={{ ...start, run: () => start.mutate(enlarge) }}
      disabled={!plan || plan.respondents === 0}
    >
      {plan && plan.shortfall > 0 && (
        <Note tone="warn">
          <p>{t("survey.shortfall", { count: plan.shortfall })}</p>
          <Checkbox
            label={t("survey.enlarge")}
            checked={enlarge}
            onChange={(event) => setEnlarge(event.target.checked)}
          />
        </Note>
      )}
    </StartRun>
  );
}
