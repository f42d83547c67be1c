import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Download, Play } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useTitle } from "@/app/title";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/field";
import { Empty, Failure, Loading, Note } from "@/components/ui/states";
import { Tabs } from "@/components/ui/tabs";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { RunCard } from "@/features/run/components/run-card";
import { useFormat } from "@/i18n/format";
import { DeleteSurvey } from "./components/delete-survey";
import { Human } from "./components/human";
import { Preview } from "./components/preview";
import { Results } from "./components/results";
import { Segments } from "./components/segments";
import {
  download,
  type Survey as Row,
  surveyEstimateQuery,
  surveyQuery,
  useRunSurvey,
} from "./hooks/surveys";

const VIEWS = ["results", "segments", "people", "questions"] as const;

export function Survey() {
  const { surveyId } = useParams({ from: "/shell/projects/$projectId/surveys/$surveyId" });
  const { data: project } = useProject();
  const { data: survey, error, refetch } = useQuery(surveyQuery(surveyId));
  useTitle(survey?.title, project?.name);
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
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
  const [failure, setFailure] = useState<unknown>(null);
  const answered = survey.actual_responses > 0;
  const open = survey.run_status !== "succeeded" || survey.shortfall > 0;
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
        <div className="flex gap-2">
          {answered && (
            <Button
              small
              onClick={() => {
                setFailure(null);
                download(`/api/v1/surveys/${survey.id}/responses.csv`, `${survey.title}.csv`).catch(
                  setFailure,
                );
              }}
            >
              <Download aria-hidden className="size-4" />
              CSV
            </Button>
          )}
          {may(project.role, "admin") && <DeleteSurvey survey={survey} projectId={project.id} />}
        </div>
      </header>
      <Failure failure={failure} />
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
        tabs={VIEWS.map((name) => ({ value: name, label: t(`survey.views.${name}`) }))}
      >
        {view === "questions" ? (
          <Preview title={survey.title} questions={survey.questions} />
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
  const { number, money } = useFormat();
  const [enlarge, setEnlarge] = useState(false);
  const estimate = useQuery(surveyEstimateQuery(survey.id, enlarge));
  const start = useRunSurvey(survey.id);
  const plan = estimate.data;
  return (
    <section className="card flex flex-col gap-3 px-5 py-4">
      <Failure failure={estimate.error} />
      {plan && (
        <>
          <p>
            {t("survey.estimate", {
              people: number(plan.respondents),
              low: number(plan.calls.low),
              high: number(plan.calls.high),
              model: plan.model,
            })}{" "}
            {plan.cost_micros
              ? t("group.cost", {
                  low: money(plan.cost_micros.low / 1e6),
                  high: money(plan.cost_micros.high / 1e6),
                })
              : t("group.costUnknown")}
          </p>
          {plan.shortfall > 0 && (
            <Note tone="warn">
              <p>{t("survey.shortfall", { count: plan.shortfall })}</p>
              <Checkbox
                label={t("survey.enlarge")}
                checked={enlarge}
                onChange={(event) => setEnlarge(event.target.checked)}
              />
            </Note>
          )}
        </>
      )}
      <Failure failure={start.error} />
      <div>
        <Button
          look="primary"
          busy={start.isPending}
          disabled={!plan || plan.respondents === 0}
          onClick={() => start.mutate(enlarge)}
        >
          <Play aria-hidden className="size-4" />
          {t("survey.start")}
        </Button>
      </div>
    </section>
  );
}
