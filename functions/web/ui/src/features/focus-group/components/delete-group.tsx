import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Failure } from "@/components/ui/states";
import { type FocusGroup, useDeleteGroup } from "../hooks/groups";

export function DeleteGroup({ group, projectId }: { group: FocusGroup; projectId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const remove = useDeleteGroup(group.id, projectId);
  const leave = () =>
    void navigate({ to: "/projects/$projectId/focus-groups", params: { projectId } });
  return (
    <>
      <Button small look="danger" onClick={() => setAsked(true)}>
        {t("action.delete")}
      </Button>
      <Dialog open={asked} onClose={() => setAsked(false)} title={t("group.delete")}>
        <div className="flex flex-col gap-4">
          <p>{t("group.deleteAsk", { name: group.name })}</p>
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
