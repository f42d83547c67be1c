import { useQuery } from "@tanstack/react-query";
import { Check, Copy, Link2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { may, type Role } from "@/app/access";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/field";
import { Badge, Failure, Loading, Note } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import { sharesQuery, useCreateShare, useRevokeShare } from "../hooks/personas";

type Person = { id: string; full_name: string };
type Props = { people: [Person, ...Person[]]; role: Role };

/** Links that show these people, masked, to whoever has one. */
export function Share(props: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button small onClick={() => setOpen(true)}>
        <Link2 aria-hidden className="size-4" />
        {t("share.do")}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t("share.title")}>
        <Content {...props} />
      </Dialog>
    </>
  );
}

function Content({ people, role }: Props) {
  const { t } = useTranslation();
  const [first, ...others] = people;
  const create = useCreateShare(first.id);
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-col gap-3">
        <p>{t("share.what", { names: people.map((person) => person.full_name).join(", ") })}</p>
        <p className="text-quiet text-sm">{t("share.rules")}</p>
        {may(role, "editor") && (
          <div>
            <Button
              look="primary"
              busy={create.isPending}
              onClick={() => create.mutate(others.map((person) => person.id))}
            >
              {t("share.make")}
            </Button>
          </div>
        )}
        <Failure failure={create.error} />
        {create.data && <Made path={create.data.path} />}
      </div>
      <Links personaId={first.id} role={role} />
    </div>
  );
}

/** The address is told once: nobody can read it again. */
function Made({ path }: { path: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const address = new URL(path, location.origin).href;
  return (
    <Note tone="good">
      <div className="flex items-end gap-2">
        <div className="min-w-0 flex-1">
          <Input
            label={t("share.address")}
            readOnly
            value={address}
            onFocus={(event) => event.target.select()}
          />
        </div>
        <Button
          onClick={() => void navigator.clipboard.writeText(address).then(() => setCopied(true))}
        >
          {copied ? (
            <Check aria-hidden className="size-4" />
          ) : (
            <Copy aria-hidden className="size-4" />
          )}
          {t(copied ? "share.copied" : "share.copy")}
        </Button>
      </div>
      <p className="mt-1.5 text-sm">{t("share.once")}</p>
    </Note>
  );
}

function Links({ personaId, role }: { personaId: string; role: Role }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(sharesQuery(personaId));
  return (
    <section className="flex flex-col gap-2 border-line border-t pt-4">
      <h3 className="font-semibold">{t("share.links")}</h3>
      {error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading lines={2} />
      ) : data.length === 0 ? (
        <p className="text-quiet">{t("share.none")}</p>
      ) : (
        <ul className="flex flex-col gap-2">
          {data.map((link) => (
            <LinkRow key={link.id} link={link} personaId={personaId} role={role} />
          ))}
        </ul>
      )}
    </section>
  );
}

function LinkRow({
  link,
  personaId,
  role,
}: {
  link: Schemas["ShareLink"];
  personaId: string;
  role: Role;
}) {
  const { t } = useTranslation();
  const { date, moment } = useFormat();
  const revoke = useRevokeShare(personaId);
  const over = link.revoked_at ? "revoked" : Date.parse(link.expires_at) < Date.now() && "expired";
  return (
    <li className="rounded-card border border-line px-3 py-2">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium">{t("share.people", { count: link.persona_ids.length })}</span>
        {over ? (
          <Badge>{t(`share.${over}`)}</Badge>
        ) : (
          <Badge tone="good">{t("share.until", { date: date(link.expires_at) })}</Badge>
        )}
        {!over && may(role, "editor") && (
          <Button
            small
            look="danger"
            className="ml-auto"
            busy={revoke.isPending}
            onClick={() => revoke.mutate(link.id)}
          >
            {t("share.revoke")}
          </Button>
        )}
      </div>
      <p className="tabular text-quiet text-sm">
        {t("share.made", { when: moment(link.created_at) })} ·{" "}
        {t("share.views", { count: link.views })}
        {link.last_viewed_at && ` · ${t("share.last", { when: moment(link.last_viewed_at) })}`}
      </p>
      <Failure failure={revoke.error} />
    </li>
  );
}
