import { type FormEvent, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useDraft } from "@/app/draft";
import { useSession } from "@/app/session";
import { Button } from "@/components/ui/button";
import { fieldError, Input } from "@/components/ui/field";
import { Failure, Note } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { useChangeProfile, useSendVerification } from "../hooks/settings";
import { Section } from "./section";

/** Who somebody is to the others, and whether their address is proved. */
export function Profile() {
  const { t } = useTranslation();
  const user = useSession()?.user;
  const initial = useMemo(
    () => ({
      full_name: user?.full_name ?? "",
      company: user?.company ?? "",
      role: user?.role ?? "",
    }),
    [user],
  );
  const [form, set, clear, restored, sent] = useDraft("profile", initial);
  const change = useChangeProfile();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const done = () => {
      sent();
      toast(t("state.saved"));
    };
    change.mutate(form, { onSuccess: done });
  };
  const field = (name: keyof typeof form) => ({
    value: form[name],
    error: fieldError(change.error, name),
    onChange: (event: { target: { value: string } }) =>
      set((before) => ({ ...before, [name]: event.target.value })),
  });
  return (
    <Section title={t("setting.profile")}>
      <Unverified />
      <form onSubmit={submit} className="flex flex-col gap-4">
        {restored && <Note>{t("state.draftRestored")}</Note>}
        <Input label={t("session.fullName")} autoComplete="name" required {...field("full_name")} />
        <Input label={t("session.company")} autoComplete="organization" {...field("company")} />
        <Input label={t("setting.role")} autoComplete="organization-title" {...field("role")} />
        <Failure failure={change.error} />
        <div className="flex gap-3">
          <Button type="submit" busy={change.isPending}>
            {t("action.save")}
          </Button>
          {restored && <Button onClick={clear}>{t("state.draftDiscard")}</Button>}
        </div>
      </form>
    </Section>
  );
}

function Unverified() {
  const { t } = useTranslation();
  const user = useSession()?.user;
  const verify = useSendVerification();
  if (!user || user.is_verified) return null;
  return (
    <Note tone="warn">
      <p>{t("setting.unverified", { email: user.email })}</p>
      <Failure failure={verify.error} />
      <Button
        small
        className="mt-2"
        busy={verify.isPending}
        disabled={verify.isSuccess}
        onClick={() => verify.mutate()}
      >
        {t(verify.isSuccess ? "setting.sent" : "setting.send")}
      </Button>
    </Note>
  );
}
