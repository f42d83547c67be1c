import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, taken } from "@/api/client";
import { keepSession } from "@/api/session";
import { Button } from "@/components/ui/button";
import { fieldError, Input } from "@/components/ui/field";
import { Failure, Note } from "@/components/ui/states";
import { Frame } from "./frame";

/** Goes to where somebody wanted to go before they were asked who they are. */
function useOnward(from: "/sign-in" | "/register") {
  const navigate = useNavigate();
  const router = useRouter();
  const { next } = useSearch({ from });
  return () => (next ? router.history.push(next) : void navigate({ to: "/" }));
}

export function SignIn() {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const onward = useOnward("/sign-in");
  const search = useSearch({ from: "/sign-in" });
  const signIn = useMutation({
    mutationFn: () => taken(api.POST("/api/v1/auth/login", { body: { email, password } })),
    onSuccess: (signedIn) => {
      keepSession(signedIn);
      onward();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <Frame title={t("session.signIn")}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Input
          label={t("session.email")}
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Input
          label={t("session.password")}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Failure failure={signIn.error} />
        <Button type="submit" look="primary" busy={signIn.isPending}>
          {t("session.signIn")}
        </Button>
      </form>
      <div className="flex flex-wrap justify-between gap-2 text-sm">
        <Link to="/register" search={search} className="text-accent underline">
          {t("session.register")}
        </Link>
        <Link to="/forgot-password" className="text-accent underline">
          {t("session.forgot")}
        </Link>
      </div>
    </Frame>
  );
}

export function Register() {
  const { t } = useTranslation();
  const [form, setForm] = useState({ email: "", password: "", full_name: "", company: "" });
  const onward = useOnward("/register");
  const search = useSearch({ from: "/register" });
  const register = useMutation({
    mutationFn: () =>
      taken(
        api.POST("/api/v1/auth/register", { body: { ...form, company: form.company || null } }),
      ),
    onSuccess: (signedIn) => {
      keepSession(signedIn);
      onward();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    register.mutate();
  };
  const field = (name: keyof typeof form) => ({
    value: form[name],
    error: fieldError(register.error, name),
    onChange: (event: { target: { value: string } }) =>
      setForm({ ...form, [name]: event.target.value }),
  });
  return (
    <Frame title={t("session.register")}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Input label={t("session.fullName")} autoComplete="name" required {...field("full_name")} />
        <Input
          label={t("session.email")}
          type="email"
          autoComplete="username"
          required
          hint={t("session.emailHint")}
          {...field("email")}
        />
        <Input
          label={t("session.password")}
          type="password"
          autoComplete="new-password"
          required
          hint={t("session.passwordRule")}
          {...field("password")}
        />
        <Input label={t("session.company")} autoComplete="organization" {...field("company")} />
        <Failure failure={register.error} />
        <Button type="submit" look="primary" busy={register.isPending}>
          {t("session.registerDo")}
        </Button>
      </form>
      <Link to="/sign-in" search={search} className="text-accent text-sm underline">
        {t("session.haveAccount")}
      </Link>
    </Frame>
  );
}

export function ForgotPassword() {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const ask = useMutation({
    mutationFn: () => taken(api.POST("/api/v1/auth/password/forgot", { body: { email } })),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <Frame title={t("session.forgotTitle")}>
      {ask.isSuccess ? (
        <Note tone="good">{t("session.forgotSent")}</Note>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <p className="text-quiet">{t("session.forgotHint")}</p>
          <Input
            label={t("session.email")}
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
          <Failure failure={ask.error} />
          <Button type="submit" look="primary" busy={ask.isPending}>
            {t("session.forgotDo")}
          </Button>
        </form>
      )}
      <Link to="/sign-in" search={{}} className="text-accent text-sm underline">
        {t("session.backToSignIn")}
      </Link>
    </Frame>
  );
}
