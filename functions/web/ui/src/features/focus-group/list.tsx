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
import { groupsQuery } from "./hooks/groups";

export function FocusGroups() {
  const { t } = useTranslation();
  const { date } = useFormat();
  const { projectId, data: project } = useProject();
  useTitle(t("nav.focusGroups"), project?.name);
  const list = useQuery(groupsQuery(projectId));
  return (
    <ListScreen
      title={t("nav.focusGroups")}
      list={list}
      empty={{ title: t("group.none"), hint: t("group.noneHint") }}
      create={
        may(project?.role, "editor") && (
          <Link
            to="/projects/$projectId/focus-groups/new"
            params={{ projectId }}
            className={buttonClass("primary")}
          >
            <Plus aria-hidden className="size-4" />
            {t("group.create")}
          </Link>
        )
      }
    >
      {(group) => (
        <>
          <h2 className="min-w-0 flex-1 font-semibold">
            <Link
              to="/projects/$projectId/focus-groups/$groupId"
              params={{ projectId, groupId: group.id }}
              search={{}}
              className={ROW_LINK}
            >
              {group.name}
            </Link>
          </h2>
          <span className="text-quiet text-sm">
            {t("group.people", { count: group.persona_ids.length })},{" "}
            {t("group.questions", { count: group.questions.length })}
          </span>
          <span className="text-quiet text-sm">{date(group.created_at)}</span>
          {group.run_status ? (
            <RunStatusBadge status={group.run_status} />
          ) : (
            <Badge>{t("group.notRun")}</Badge>
          )}
        </>
      )}
    </ListScreen>
  );
}
