import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { forgetDrafts } from "@/app/draft";
import { ConfirmDelete } from "@/components/confirm-delete";
import { type Survey, useDeleteSurvey } from "../hooks/surveys";

export function DeleteSurvey({ survey, projectId }: { survey: Survey; projectId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const removal = useDeleteSurvey(survey.id, projectId);
  return (
    <ConfirmDelete
      title={t("survey.delete")}
      question={t("survey.deleteAsk", { name: survey.title })}
      removal={removal}
      leave={() => {
        forgetDrafts(survey.id);
        void navigate({ to: "/projects/$projectId/surveys", params: { projectId } });
      }}
    />
  );
}
