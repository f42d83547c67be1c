import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useTitle } from "@/app/title";
import { buttonClass } from "@/components/ui/button";
import { Badge, Empty, Failure, Loading } from "@/components/ui/states";
import { useProject } from "@/features/project/hooks/projects";
import { RunStatusBadge } from "@/features/run/components/run-card";
import { useFormat } from "@/i18n/format";
import { surveysQuery } from "./hooks/surveys";

export function Surveys() {
  const { t } = useTranslation();
  const { date, number } = useFormat();
  const { projectId, data: project } = useProject();
  useTitle(t("nav.surveys"), project?.name);
  const { data, error, refetch } = useQuery(surveysQuery(projectId));
  const create = may(project?.role, "editor") && (
    <Link
      to="/projects/$projectId/surveys/new"
      params={{ projectId }}
      className={buttonClass("primary")}
    >
      <Plus aria-hidden className="size-4" />
      {t("survey.create")}
    </Link>
  );
  return (
    <div className="flex flex-col gap-5">
      <div className="flex items-center justify-between gap-4">
        <h1 className="font-semibold text-2xl">{t("nav.surveys")}</h1>
        {data && data.length > 0 && create}
      </div>
      {error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.length === 0 ? (
        <Empty title={t("survey.none")} action={create}>
          {t("survey.noneHint")}
        </Empty>
      ) : (
        <ul className="flex flex-col gap-3">
          {data.map((survey) => (
            <li
              key={survey.id}
              className="card relative flex flex-wrap items-center gap-x-4 gap-y-1 px-5 py-3.5 hover:shadow-md"
            >
              <h2 className="min-w-0 flex-1 font-semibold">
                <Link
                  to="/projects/$projectId/surveys/$surveyId"
                  params={{ projectId, surveyId: survey.id }}
                  search={{}}
                  className="after:absolute after:inset-0 after:rounded-card"
                >
                  {survey.title}
                </Link>
              </h2>
              <span className="text-quiet text-sm">
                {t("group.questions", { count: survey.questions.length })}
              </span>
              <span className="tabular text-quiet text-sm">
                {t("survey.answered", {
                  answered: number(survey.actual_responses),
                  wanted: number(survey.target_responses),
                })}
              </span>
              <span className="text-quiet text-sm">{date(survey.created_at)}</span>
              {survey.run_status ? (
                <RunStatusBadge status={survey.run_status} />
              ) : (
                <Badge>{t("survey.draft")}</Badge>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
