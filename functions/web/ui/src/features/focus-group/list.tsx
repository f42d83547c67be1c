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
import { groupsQuery } from "./hooks/groups";

export function FocusGroups() {
  const { t } = useTranslation();
  const { date } = useFormat();
  const { projectId, data: project } = useProject();
  useTitle(t("nav.focusGroups"), project?.name);
  const { data, error, refetch } = useQuery(groupsQuery(projectId));
  const create = may(project?.role, "editor") && (
    <Link
      to="/projects/$projectId/focus-groups/new"
      params={{ projectId }}
      className={buttonClass("primary")}
    >
      <Plus aria-hidden className="size-4" />
      {t("group.create")}
    </Link>
  );
  return (
    <div className="flex flex-col gap-5">
      <div className="flex items-center justify-between gap-4">
        <h1 className="font-semibold text-2xl">{t("nav.focusGroups")}</h1>
        {data && data.length > 0 && create}
      </div>
      {error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.length === 0 ? (
        <Empty title={t("group.none")} action={create}>
          {t("group.noneHint")}
        </Empty>
      ) : (
        <ul className="flex flex-col gap-3">
          {data.map((group) => (
            <li
              key={group.id}
              className="card relative flex flex-wrap items-center gap-x-4 gap-y-1 px-5 py-3.5 hover:shadow-md"
            >
              <h2 className="min-w-0 flex-1 font-semibold">
                <Link
                  to="/projects/$projectId/focus-groups/$groupId"
                  params={{ projectId, groupId: group.id }}
                  search={{}}
                  className="after:absolute after:inset-0 after:rounded-card"
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
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
