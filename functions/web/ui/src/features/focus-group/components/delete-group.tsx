import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { forgetDrafts } from "@/app/draft";
import { ConfirmDelete } from "@/components/confirm-delete";
import { type FocusGroup, useDeleteGroup } from "../hooks/groups";

export function DeleteGroup({ group, projectId }: { group: FocusGroup; projectId: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const removal = useDeleteGroup(group.id, projectId);
  return (
    <ConfirmDelete
      title={t("group.delete")}
      question={t("group.deleteAsk", { name: group.name })}
      removal={removal}
      leave={() => {
        forgetDrafts(group.id);
        void navigate({ to: "/projects/$projectId/focus-groups", params: { projectId } });
      }}
    />
  );
}
