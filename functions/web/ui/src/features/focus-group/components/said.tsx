import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { type FocusGroup, transcriptQuery } from "../hooks/groups";

const byId = ({ turns }: Schemas["Transcript"]) => new Map(turns.map((turn) => [turn.id, turn]));

/** Who said it and to which question: the way to the turn. */
export function Said({ group, turnId }: { group: FocusGroup; turnId: string }) {
  const { t } = useTranslation();
  const { data: turns } = useQuery({ ...transcriptQuery(group.id), select: byId });
  const turn = turns?.get(turnId);
  return (
    <Link
      to="/projects/$projectId/focus-groups/$groupId"
      params={{ projectId: group.project_id, groupId: group.id }}
      search={{ view: "transcript", turn: turnId }}
      className="whitespace-nowrap text-accent text-sm underline"
    >
      {turn
        ? t("summary.said", {
            who: turn.speaker ?? t("group.moderator"),
            number: turn.question + 1,
          })
        : t("summary.jump")}
    </Link>
  );
}

/** The turns that something rests on: how many, and on request which. */
export function RestsOn({ group, turnIds }: { group: FocusGroup; turnIds: string[] }) {
  const { t } = useTranslation();
  const says = t("summary.restsOn", { count: turnIds.length });
  if (turnIds.length === 0) return <p className="mt-1.5 text-quiet text-sm">{says}</p>;
  return (
    <details className="mt-1.5 text-sm">
      <summary className="text-quiet">{says}</summary>
      <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
        {turnIds.map((turnId) => (
          <li key={turnId}>
            <Said group={group} turnId={turnId} />
          </li>
        ))}
      </ul>
    </details>
  );
}
