import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";
import { Failure } from "@/components/ui/states";
import { membersQuery } from "@/features/member/hooks/members";
import { useFormat } from "@/i18n/format";
import type { PersonaDetails } from "../hooks/personas";

/** Who saw or changed this person, the newest first. */
export function Trail({ persona }: { persona: PersonaDetails }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const self = useSession()?.user.id;
  const { data: members, error, refetch } = useQuery(membersQuery(persona.project_id));
  const nameOf = (id: string) => {
    const member = members?.find(({ account_id }) => account_id === id);
    return member?.full_name || t(members && !member ? "comment.formerMember" : "audit.member");
  };
  return (
    <>
      <Failure failure={error} retry={() => void refetch()} className="mb-4" />
      <ol className="flex flex-col border-line border-l pl-4">
        {persona.audit_log.map((line) => (
          <li key={line.id} className="relative pb-4">
            <span
              aria-hidden
              className="absolute top-1.5 -left-[1.34rem] size-2.5 rounded-full bg-bar"
            />
            <p className="font-medium">
              {t(`audit.${line.action}`, { defaultValue: line.action })}
            </p>
            <p className="text-quiet text-sm">
              {moment(line.timestamp)} ·{" "}
              {line.user_id == null
                ? t("audit.system")
                : line.user_id === self
                  ? t("audit.you")
                  : nameOf(line.user_id)}
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}
