import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, taken } from "@/api/client";
import { dropSession, keepUser } from "@/api/session";
import { useSession } from "@/app/session";
import { Button, buttonClass } from "@/components/ui/button";
import { fieldError, Input } from "@/components/ui/field";
import { Failure, Note } from "@/components/ui/states";
import { Frame } from "./frame";

/** The token behind the `#` of a letter's link: browsers send it to nobody. */
function useToken(): string | null {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get("token"));
  useEffect(() => {
    // What stands in the address is in the history, and on a screen that is shared.
    if (location.hash) history.replaceState(history.state, "", location.pathname);
  }, []);
  return token;
}

function NoToken() {
  const { t } = useTranslation();
  return <Note tone="warn">{t("session.noToken")}</Note>;
}

export function ResetPassword() {
  const { t } = useTranslation();
  const token = useToken();
  const [password, setPassword] = useState("");
  const reset = useMutation({
    mutationFn: () =>
      taken(api.POST("/api/v1/auth/password/reset", { body: { token: token ?? "", password } })),
    // It has ended every sign-in of the account, perhaps this one.
    onSuccess: dropSession,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reset.mutate();
  };
  return (
    <Frame title={t("session.resetTitle")}>
      {!token ? (
        <NoToken />
      ) : reset.isSuccess ? (
        <>
          <Note tone="good">{t("session.resetDone")}</Note>
          <Link to="/sign-in" search={{}} className={buttonClass("primary")}>
            {t("session.signIn")}
          </Link>
        </>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <Input
            label={t("session.newPassword")}
            type="password"
            autoComplete="new-password"
            required
            hint={t("session.passwordRule")}
            error={fieldError(reset.error, "password")}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <Failure failure={reset.error} />
          <Button type="submit" look="primary" busy={reset.isPending}>
            {t("session.resetDo")}
          </Button>
        </form>
      )}
    </Frame>
  );
}

export function Verify() {
  const { t } = useTranslation();
  const token = useToken();
  const session = useSession();
  const [password, setPassword] = useState("");
  const verify = useMutation({
    mutationFn: () =>
      taken(
        api.POST("/api/v1/auth/verify", {
          body: { token: token ?? "", password: password || null },
        }),
      ),
    onSuccess: () => keepUser({ is_verified: true }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    verify.mutate();
  };
  const needsPassword = !session || verify.isError;
  return (
    <Frame title={t("session.verifyTitle")}>
      {!token ? (
        <NoToken />
      ) : verify.isSuccess ? (
        <>
          <Note tone="good">{t("session.verified")}</Note>
          <Link to="/" className={buttonClass("primary")}>
            {t("session.onward")}
          </Link>
        </>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <p className="text-quiet">
            {session
              ? t("session.verifyAs", { email: session.user.email })
              : t("session.verifyHint")}
          </p>
          {needsPassword && (
            <Input
              label={t("session.passwordOfAddress")}
              type="password"
              autoComplete="current-password"
              required={!session}
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
          <Failure failure={verify.error} />
          <Button type="submit" look="primary" busy={verify.isPending}>
            {t("session.verifyDo")}
          </Button>
        </form>
      )}
    </Frame>
  );
}

/** Where the token waits while somebody signs in; the tab's end forgets it. */
const WAITING = "sight.invitation";

export function Invitation() {
  const { t } = useTranslation();
  const session = useSession();
  const navigate = useNavigate();
  const fromLink = useToken();
  const [token] = useState(() => fromLink ?? sessionStorage.getItem(WAITING));
  useEffect(() => {
    if (fromLink) sessionStorage.setItem(WAITING, fromLink);
  }, [fromLink]);
  const accept = useMutation({
    mutationFn: () =>
      taken(api.POST("/api/v1/invitations/accept", { body: { token: token ?? "" } })),
    onSuccess: ({ project_id }) => {
      sessionStorage.removeItem(WAITING);
      void navigate({ to: "/projects/$projectId", params: { projectId: project_id } });
    },
  });
  const back = { next: "/invitation" };
  return (
    <Frame title={t("session.invitationTitle")}>
      {!token ? (
        <NoToken />
      ) : session ? (
        <>
          <p className="text-quiet">{t("session.invitationAs", { email: session.user.email })}</p>
          <Failure failure={accept.error} />
          <Button look="primary" busy={accept.isPending} onClick={() => accept.mutate()}>
            {t("session.invitationDo")}
          </Button>
        </>
      ) : (
        <>
          <p className="text-quiet">{t("session.invitationHint")}</p>
          <Link to="/sign-in" search={back} className={buttonClass("primary")}>
            {t("session.signIn")}
          </Link>
          <Link to="/register" search={back} className={buttonClass()}>
            {t("session.register")}
          </Link>
        </>
      )}
    </Frame>
  );
}
