import { ChevronDown } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Role } from "@/app/access";
import { useDraft } from "@/app/draft";
import { Menu, MenuItem } from "@/app/menus";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { fieldError, TextArea } from "@/components/ui/field";
import { Badge, Failure } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import { type PersonaDetails, useChangeStatus } from "../hooks/personas";
import { type Status, statusOf, ways } from "../hooks/status";

const TONES = {
  draft: "plain",
  active: "good",
  needs_review: "warn",
  archived: "plain",
} as const;

export function StatusBadge({ status }: { status: Status }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[status]}>{t(`status.${status}`)}</Badge>;
}

/** Where a person stands, and for whoever may, where they may be led from there. */
export function StatusMenu({
  persona,
  projectId,
  role,
}: {
  persona: PersonaDetails;
  projectId: string;
  role: Role;
}) {
  const { t } = useTranslation();
  const [next, setNext] = useState<Status | null>(null);
  const status = statusOf(persona.status);
  const open = ways(status, role);
  if (open.length === 0) return <StatusBadge status={status} />;
  return (
    <>
      <Menu
        label={t("status.change")}
        trigger={
          <>
            <StatusBadge status={status} />
            <ChevronDown aria-hidden className="size-4" />
          </>
        }
      >
        {open.map((to) => (
          <MenuItem key={to} onSelect={() => setNext(to)}>
            {t(`status.to.${to}`)}
          </MenuItem>
        ))}
      </Menu>
      <Dialog
        open={next !== null}
        onClose={() => setNext(null)}
        title={next && t(`status.to.${next}`)}
      >
        {next && (
          <Change persona={persona} projectId={projectId} to={next} close={() => setNext(null)} />
        )}
      </Dialog>
    </>
  );
}

const NO_REASON = { reason: "" };

export function Change({
  persona,
  projectId,
  to,
  close,
}: {
  persona: PersonaDetails;
  projectId: string;
  to: Status;
  close: () => void;
}) {
  const { t } = useTranslation();
  const [{ reason }, set, clear] = useDraft(`status.${persona.id}`, NO_REASON);
  const change = useChangeStatus(projectId, persona.id);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(
      { status: to, reason: reason || null },
      {
        onSuccess: () => {
          toast(t("status.changed", { name: persona.full_name, status: t(`status.${to}`) }));
          clear();
          close();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <p>{t(`status.means.${to}`)}</p>
      <TextArea
        label={t("status.reason")}
        hint={t("status.reasonHint")}
        rows={2}
        maxLength={500}
        value={reason}
        error={fieldError(change.error, "reason")}
        onChange={(event) => set({ reason: event.target.value })}
      />
      <Failure failure={change.error} />
      <div className="flex justify-end gap-2">
        <Button
          onClick={() => {
            clear();
            close();
          }}
        >
          {t("action.cancel")}
        </Button>
        <Button type="submit" look="primary" busy={change.isPending}>
          {t("status.do")}
        </Button>
      </div>
    </form>
  );
}
