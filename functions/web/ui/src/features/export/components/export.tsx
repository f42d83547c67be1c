import { Download } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { may, type Role } from "@/app/access";
import { useDraft } from "@/app/draft";
import { exportsOf, useKept } from "@/app/kept";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Checkbox, fieldError, Radio, TextArea } from "@/components/ui/field";
import { Failure, Note } from "@/components/ui/states";
import { toast } from "@/components/ui/toast";
import {
  EXPORT_FORMATS,
  type Subject,
  useSavePersona,
  useStartExport,
  type Wish,
} from "../hooks/exports";
import { WrittenExport } from "./written";

type Props = { projectId: string; role: Role; subject: Subject };

/** Takes something away as a file: masked, unless an admin says why not, and never without its disclosure. */
export function Export(props: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button small onClick={() => setOpen(true)}>
        <Download aria-hidden className="size-4" />
        {t("export.do")}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t("export.title")}>
        <Content {...props} onSaved={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

const FIRST: Wish = { format: "csv", bom: true, unmask: false, reason: null };

const NO_REASON = { reason: "" };

function Content({ projectId, role, subject, onSaved }: Props & { onSaved: () => void }) {
  const { t } = useTranslation();
  const [chosen, setWish] = useState(FIRST);
  // a reason that was being written is kept; that the mask comes off is chosen anew each time
  const [draft, set, clear, , sent] = useDraft(`unmask.${subject.id}`, NO_REASON);
  const wish = { ...chosen, reason: chosen.unmask ? draft.reason : null };
  // another click is another wish; the same one sent twice (a slow line) stays one
  const [key, setKey] = useState(() => crypto.randomUUID());
  const save = useSavePersona(subject.id);
  const start = useStartExport(projectId, subject);
  const written = useKept(exportsOf(subject.id));
  const failure = save.error ?? start.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (subject.kind === "persona") {
      save.mutate(wish, {
        onSuccess: () => {
          sent();
          toast(t("export.saved"));
          onSaved();
        },
      });
    } else {
      const onSuccess = () => {
        sent();
        setKey(crypto.randomUUID());
      };
      start.mutate({ ...wish, key }, { onSuccess });
    }
  };
  return (
    <div className="flex flex-col gap-5">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p>{t(`export.what.${subject.kind}`, { name: subject.name })}</p>
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1.5 font-medium text-sm">{t("export.format")}</legend>
          {EXPORT_FORMATS.map((format) => (
            <Radio
              key={format}
              name="format"
              label={t(`export.formats.${format}`)}
              hint={t(`export.formatHints.${format}`)}
              checked={wish.format === format}
              onChange={() => setWish({ ...chosen, format })}
            />
          ))}
        </fieldset>
        <Masking
          wish={wish}
          unmask={(unmask) => {
            if (!unmask) clear();
            setWish({ ...chosen, unmask });
          }}
          explain={(reason) => set({ reason })}
          role={role}
          failure={failure}
        />
        <Note>{t("export.disclosed")}</Note>
        <Failure failure={failure} />
        <Button type="submit" look="primary" busy={save.isPending || start.isPending}>
          {t(subject.kind === "persona" ? "export.save" : "export.write")}
        </Button>
      </form>
      {subject.kind !== "persona" && written.length > 0 && (
        <section className="flex flex-col gap-2 border-line border-t pt-4">
          <h3 className="font-semibold">{t("export.written")}</h3>
          <p className="text-quiet text-sm">{t("export.kept")}</p>
          <ul className="flex flex-col gap-2">
            {written.map((id) => (
              <WrittenExport key={id} id={id} role={role} place={exportsOf(subject.id)} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Masking({
  wish,
  unmask,
  explain,
  role,
  failure,
}: {
  wish: Wish;
  unmask: (unmask: boolean) => void;
  explain: (reason: string) => void;
  role: Role;
  failure: unknown;
}) {
  const { t } = useTranslation();
  if (!may(role, "admin")) return <p className="text-quiet text-sm">{t("export.masked")}</p>;
  return (
    <div className="flex flex-col gap-3">
      <Checkbox
        label={t("export.unmask")}
        hint={t(wish.unmask ? "export.unmasked" : "export.masked")}
        checked={wish.unmask}
        onChange={(event) => unmask(event.target.checked)}
      />
      {wish.unmask && (
        <TextArea
          label={t("export.reason")}
          hint={t("export.reasonHint")}
          required
          minLength={3}
          maxLength={500}
          rows={2}
          value={wish.reason ?? ""}
          error={fieldError(failure, "reason")}
          onChange={(event) => explain(event.target.value)}
        />
      )}
    </div>
  );
}
