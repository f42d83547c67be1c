import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { chooseTheme, THEMES, useTheme } from "@/app/theme";
import { useTitle } from "@/app/title";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { fieldError, Input, Select } from "@/components/ui/field";
import { Progress } from "@/components/ui/progress";
import { Failure, Loading } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { keepLanguage, LANGUAGES } from "@/i18n";
import { useFormat } from "@/i18n/format";
import { Profile } from "./components/profile";
import { Section } from "./components/section";
import {
  allowanceQuery,
  libraryQuery,
  useChangePassword,
  useDeleteAccount,
} from "./hooks/settings";

export function Settings() {
  const { t } = useTranslation();
  useTitle(t("nav.settings"));
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-5 px-5 py-8">
      <h1 className="font-semibold text-2xl">{t("nav.settings")}</h1>
      <Appearance />
      <Profile />
      <Password />
      <Allowance />
      <Library />
      <Leave />
    </div>
  );
}

function Appearance() {
  const { t, i18n } = useTranslation();
  const theme = useTheme();
  return (
    <Section title={t("setting.theme")}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={t("setting.theme")}
          value={theme}
          onChange={(event) =>
            chooseTheme(THEMES.find((known) => known === event.target.value) ?? "system")
          }
        >
          {THEMES.map((known) => (
            <option key={known} value={known}>
              {t(`setting.themes.${known}`)}
            </option>
          ))}
        </Select>
        <Select
          label={t("setting.language")}
          value={i18n.language}
          onChange={(event) => {
            const chosen = LANGUAGES.find((known) => known === event.target.value);
            if (chosen) void keepLanguage(chosen);
          }}
        >
          {LANGUAGES.map((known) => (
            <option key={known} value={known}>
              {{ en: "English", pl: "Polski" }[known]}
            </option>
          ))}
        </Select>
      </div>
    </Section>
  );
}

function Password() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useChangePassword();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { current_password: current, new_password: next },
      {
        onSuccess: () => {
          setCurrent("");
          setNext("");
          toast(t("setting.passwordChanged"));
        },
      },
    );
  };
  return (
    <Section title={t("session.password")}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Input
          label={t("setting.currentPassword")}
          type="password"
          autoComplete="current-password"
          required
          value={current}
          error={fieldError(change.error, "current_password")}
          onChange={(event) => setCurrent(event.target.value)}
        />
        <Input
          label={t("session.newPassword")}
          type="password"
          autoComplete="new-password"
          required
          hint={t("session.passwordRule")}
          value={next}
          error={fieldError(change.error, "new_password")}
          onChange={(event) => setNext(event.target.value)}
        />
        <Failure failure={change.error} />
        <div>
          <Button type="submit" busy={change.isPending}>
            {t("setting.changePassword")}
          </Button>
        </div>
      </form>
    </Section>
  );
}

function Allowance() {
  const { t } = useTranslation();
  const { money, date } = useFormat();
  const { data, error } = useQuery(allowanceQuery);
  return (
    <Section title={t("setting.allowance")}>
      <Failure failure={error} />
      {!data && !error && <Loading lines={1} />}
      {data && (
        <>
          <p className="tabular">
            {data.limit_usd == null
              ? t("setting.spent", { spent: money(Number(data.spent_usd)) })
              : t("setting.spentOf", {
                  spent: money(Number(data.spent_usd)),
                  limit: money(Number(data.limit_usd)),
                })}{" "}
            <span className="text-quiet">
              {t("setting.resets", { date: date(data.resets_at) })}
            </span>
          </p>
          {data.limit_usd != null && (
            <Progress
              value={Number(data.spent_usd) + Number(data.reserved_usd)}
              max={Number(data.limit_usd)}
              label={t("setting.allowance")}
            />
          )}
        </>
      )}
    </Section>
  );
}

/** The projects that somebody's own library is lent to, and who has read it there. */
function Library() {
  const { t } = useTranslation();
  const { date, moment } = useFormat();
  const { data, error } = useQuery(libraryQuery);
  return (
    <Section title={t("setting.library")}>
      <Failure failure={error} />
      {!data && !error && <Loading lines={2} />}
      {data?.lent.length === 0 && <p className="text-quiet">{t("setting.notLent")}</p>}
      <ul className="flex flex-col gap-1">
        {data?.lent.map((loan) => (
          <li key={loan.project_id}>
            {loan.project_name}{" "}
            <span className="text-quiet">{t("library.since", { date: date(loan.lent_at) })}</span>
          </li>
        ))}
      </ul>
      {data && data.reads.length > 0 && (
        <details>
          <summary>{t("setting.reads", { count: data.reads.length })}</summary>
          <ul className="mt-2 flex max-h-60 flex-col gap-1 overflow-y-auto text-sm">
            {data.reads.map((read) => (
              <li key={`${read.at} ${read.account_id} ${read.how}`}>
                {moment(read.at)} · {read.full_name ?? t("audit.member")}
                {read.how && ` · ${t(`setting.how.${read.how}`, { defaultValue: read.how })}`}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Section>
  );
}

function Leave() {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const leave = useDeleteAccount();
  return (
    <Section title={t("setting.leave")}>
      <p className="text-quiet">{t("setting.leaveHint")}</p>
      <div>
        <Button look="danger" onClick={() => setAsked(true)}>
          {t("setting.leaveDo")}
        </Button>
      </div>
      <Dialog open={asked} onClose={() => setAsked(false)} title={t("setting.leave")}>
        <div className="flex flex-col gap-4">
          <p>{t("setting.leaveAsk")}</p>
          <Failure failure={leave.error} />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setAsked(false)}>{t("action.cancel")}</Button>
            <Button look="danger" busy={leave.isPending} onClick={() => leave.mutate()}>
              {t("setting.leaveDo")}
            </Button>
          </div>
        </div>
      </Dialog>
    </Section>
  );
}
