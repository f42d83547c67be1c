import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";
import { Button } from "@/components/ui/button";
import { Failure, Note } from "@/components/ui/states";
import { myInvitationsQuery, useAcceptInvitation, useDeclineInvitation } from "../hooks/members";

/** What others have invited somebody to, above everything else until it is answered. */
export function MyInvitations() {
  const { t } = useTranslation();
  const verified = useSession()?.user.is_verified ?? false;
  const { data, error, refetch } = useQuery({ ...myInvitationsQuery, enabled: verified });
  const accept = useAcceptInvitation();
  const decline = useDeclineInvitation();
  const busy = accept.isPending || decline.isPending;
  return (
    <>
      <Failure failure={error} retry={() => void refetch()} />
      {data?.map((invitation) => (
        <Note key={invitation.id}>
          <div className="flex flex-wrap items-center gap-3">
            <p className="min-w-0 flex-1">
              {t("member.invitedTo", {
                project: invitation.project_name,
                by: invitation.invited_by,
                role: t(`role.${invitation.role}`),
              })}
            </p>
            <Button
              small
              look="primary"
              disabled={busy}
              onClick={() => accept.mutate(invitation.id)}
            >
              {t("member.accept")}
            </Button>
            <Button small disabled={busy} onClick={() => decline.mutate(invitation.id)}>
              {t("member.decline")}
            </Button>
          </div>
        </Note>
      ))}
      <Failure failure={accept.error ?? decline.error} />
    </>
  );
}
