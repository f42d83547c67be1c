import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { presenceQuery } from "../hooks/presence";
import { Avatar, useNameOf } from "./avatar";

/** So many are shown; the others are counted. */
const MOST = 4;

/** Who is in the project now, each once, however many tabs they have open. */
export function Present({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const nameOf = useNameOf();
  const { data } = useQuery(presenceQuery(projectId));
  if (!data?.is_known || data.people.length === 0) return null;
  const left = data.people.length - MOST;
  return (
    <ul aria-label={t("presence.here")} className="flex shrink-0 items-center gap-1">
      {data.people.slice(0, MOST).map((person) => (
        <li key={person.id} title={nameOf(person)}>
          <Avatar name={person.name} picture={person.avatar_url} />
          <span className="sr-only">{nameOf(person)}</span>
        </li>
      ))}
      {left > 0 && (
        <li className="tabular text-quiet text-sm">{t("presence.more", { count: left })}</li>
      )}
    </ul>
  );
}
