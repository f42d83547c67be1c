import { useQuery } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { may, type Role } from "@/app/access";
import { useDraft } from "@/app/draft";
import { useSession } from "@/app/session";
import { useTitle } from "@/app/title";
import { Restored } from "@/components/restored";
import { Button } from "@/components/ui/button";
import { fieldError, Input, Select } from "@/components/ui/field";
import { Badge, Failure, Loading, Note } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { Libraries } from "./components/libraries";
import {
  invitationsQuery,
  membersQuery,
  useInvite,
  useRemoveMember,
  useSetRole,
  useWithdraw,
} from "./hooks/members";

const ROLES: Role[] = ["viewer", "editor", "admin"];

export function Members() {
  const { t } = useTranslation();
  const { data: project } = useProject();
  useTitle(t("nav.members"), project?.name);
  if (!project) return null;
  const isAdmin = may(project.role, "admin");
  return (
    <div className="flex max-w-4xl flex-col gap-7">
      <h1 className="font-semibold text-2xl">{t("nav.members")}</h1>
      {isAdmin && <Invite key={project.id} project={project} />}
      <People project={project} />
      {isAdmin && <Invitations project={project} />}
      <Libraries project={project} />
    </div>
  );
}

function RoleSelect({
  label,
  value,
  onChange,
  disabled,
  hideLabel,
}: {
  label: string;
  value: Role;
  onChange: (role: Role) => void;
  disabled?: boolean;
  hideLabel?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <Select
      label={label}
      hideLabel={hideLabel}
      disabled={disabled}
      value={value}
      onChange={(event) => onChange(ROLES.find((role) => role === event.target.value) ?? "viewer")}
    >
      {ROLES.map((role) => (
        <option key={role} value={role}>
          {t(`role.${role}`)}
        </option>
      ))}
    </Select>
  );
}

const NO_INVITATION: { email: string; role: Role } = { email: "", role: "viewer" };

export function Invite({ project }: { project: Project }) {
  const { t } = useTranslation();
  const [draft, set, clear, restored] = useDraft(`invite.${project.id}`, NO_INVITATION);
  const { email, role } = draft;
  const verified = useSession()?.user.is_verified ?? false;
  const invite = useInvite(project.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate(
      { email, role },
      {
        onSuccess: () => {
          toast(t("member.invited", { email }));
          clear();
        },
      },
    );
  };
  return (
    <section className="card flex flex-col gap-3 px-5 py-4">
      <h2 className="font-semibold">{t("member.invite")}</h2>
      {restored && <Restored discard={clear} />}
      {!verified && <Note tone="warn">{t("member.verifyFirst")}</Note>}
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
        <div className="min-w-56 flex-1">
          <Input
            label={t("session.email")}
            type="email"
            required
            value={email}
            error={fieldError(invite.error, "email")}
            onChange={(event) => set({ ...draft, email: event.target.value })}
          />
        </div>
        <div className="w-40">
          <RoleSelect
            label={t("member.role")}
            value={role}
            onChange={(next) => set({ ...draft, role: next })}
          />
        </div>
        <Button type="submit" look="primary" busy={invite.isPending} disabled={!verified}>
          {t("member.inviteDo")}
        </Button>
      </form>
      <p className="text-quiet text-sm">{t("member.roles")}</p>
      <Failure failure={invite.error} />
    </section>
  );
}

function People({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const self = useSession()?.user.id;
  const { data, error, refetch } = useQuery(membersQuery(project.id));
  const setRole = useSetRole(project.id);
  const remove = useRemoveMember(project.id);
  const isAdmin = may(project.role, "admin");
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
  if (!data) return <Loading lines={3} />;
  return (
    <section className="flex flex-col gap-3">
      <Failure failure={setRole.error ?? remove.error} />
      <ul className="card divide-y divide-line">
        {data.map((member) => (
          <li key={member.account_id} className="flex flex-wrap items-center gap-3 px-5 py-3">
            <div className="min-w-0 flex-1">
              <p className="font-medium">
                {member.full_name}
                {member.account_id === self && (
                  <span className="text-quiet"> ({t("audit.you")})</span>
                )}
              </p>
              <p className="truncate text-quiet text-sm">
                {member.email}, {t("member.since", { date: date(member.created_at) })}
              </p>
            </div>
            {!member.has_access && <Badge tone="warn">{t("member.noAccess")}</Badge>}
            {isAdmin ? (
              <div className="w-40">
                <RoleSelect
                  hideLabel
                  label={t("member.roleOf", { name: member.full_name })}
                  value={member.role}
                  disabled={setRole.isPending}
                  onChange={(role) => setRole.mutate({ account_id: member.account_id, role })}
                />
              </div>
            ) : (
              <Badge>{t(`role.${member.role}`)}</Badge>
            )}
            {(isAdmin || member.account_id === self) && (
              <Button
                small
                look="danger"
                disabled={remove.isPending}
                onClick={() => remove.mutate(member.account_id)}
              >
                {t(member.account_id === self ? "member.leave" : "member.remove")}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Invitations({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const { data, error } = useQuery(invitationsQuery(project.id));
  const withdraw = useWithdraw(project.id);
  if (error) return <Failure failure={error} />;
  return (
    <section className="flex flex-col gap-3">
      <h2 className="font-semibold text-lg">{t("member.open")}</h2>
      <Failure failure={withdraw.error} />
      {data?.length === 0 && <p className="text-quiet">{t("member.noneOpen")}</p>}
      {data && data.length > 0 && (
        <ul className="card divide-y divide-line">
          {data.map((invitation) => (
            <li key={invitation.id} className="flex flex-wrap items-center gap-3 px-5 py-3">
              <span className="min-w-0 flex-1 truncate">{invitation.email}</span>
              <Badge>{t(`role.${invitation.role}`)}</Badge>
              <span className="text-quiet text-sm">
                {t("member.until", { date: date(invitation.expires_at) })}
              </span>
              <Button
                small
                disabled={withdraw.isPending}
                onClick={() => withdraw.mutate(invitation.id)}
              >
                {t("member.withdraw")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
