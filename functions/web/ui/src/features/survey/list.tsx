import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useTitle } from "@/app/title";
import { ListScreen, ROW_LINK } from "@/components/row-list";
import { buttonClass } from "@/components/ui/button";
import { Badge } from "@/components/ui/states";
import { useProject } from "@/features/project/hooks/projects";
import { RunStatusBadge } from "@/features/run/components/run-card";
import { useFormat } from "@/i18n/format";
import { surveysQuery } from "./hooks/surveys";

export function Surveys() {
  const { t } = useTranslation();
  const { date, number } = useFormat();
  const { projectId, data: project } = useProject();
  useTitle(t("nav.surveys"), project?.name);
  const list = useQuery(surveysQuery(projectId));
  return (
    <ListScreen
      title={t("nav.surveys")}
      list={list}
      empty={{ title: t("survey.none"), hint: t("survey.noneHint") }}
      create={
        may(project?.role, "editor") && (
          <Link
            to="/projects/$projectId/surveys/new"
            params={{ projectId }}
            className={buttonClass("primary")}
          >
            <Plus aria-hidden className="size-4" />
            {t("survey.create")}
          </Link>
        )
      }
    >
      {(survey) => (
        <>
          <h2 className="min-w-0 flex-1 font-semibold">
            <Link
              to="/projects/$projectId/surveys/$surveyId"
              params={{ projectId, surveyId: survey.id }}
              search={{}}
              className={ROW_LINK}
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
        </>
      )}
    </ListScreen>
  );
}
