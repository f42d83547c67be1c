import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Failure } from "@/components/ui/states";
import { type Survey, useDeleteSurvey } from "../hooks/surveys";

export function DeleteSurvey({ survey, projectId }: { survey: Survey; projectId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const remove = useDeleteSurvey(survey.id, projectId);
  const leave = () => void navigate({ to: "/projects/$projectId/surveys", params: { projectId } });
  return (
    <>
      <Button small look="danger" onClick={() => setAsked(true)}>
        {t("action.delete")}
      </Button>
      <Dialog open={asked} onClose={() => setAsked(false)} title={t("survey.delete")}>
        <div className="flex flex-col gap-4">
          <p>{t("survey.deleteAsk", { name: survey.title })}</p>
          <Failure failure={remove.error} />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setAsked(false)}>{t("action.cancel")}</Button>
            <Button
              look="danger"
              busy={remove.isPending}
              onClick={() => remove.mutate(undefined, { onSuccess: leave })}
            >
              {t("action.delete")}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}
