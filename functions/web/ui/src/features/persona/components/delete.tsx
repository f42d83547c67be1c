import { Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { forgetDrafts, useDraft } from "@/app/draft";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { fieldError, Select, TextArea } from "@/components/ui/field";
import { Failure } from "@/components/ui/states";
import { toast, toastFailure } from "@/components/ui/toast";
import { type PersonaDetails, useDeletePersona, useUndoDelete } from "../hooks/personas";

const REASONS = ["duplicate", "outdated", "test_data", "other"] as const;
/** The server undoes for so long; shown a little shorter, so that a click at the end still comes in time. */
const UNDO_MS = 28_000;

/** Deletes with a reason, and offers to undo it for as long as the server does. */
export function DeletePersona({
  persona,
  projectId,
  onDeleted,
}: {
  persona: PersonaDetails;
  projectId: string;
  onDeleted: () => void;
}) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  const remove = useDeletePersona(projectId);
  const undo = useUndoDelete(projectId);
  const deleted = () => {
    setAsked(false);
    onDeleted();
    // who is back has what was being written about them
    const forgotten = setTimeout(() => forgetDrafts(persona.id), UNDO_MS);
    // a promise: the drawer, and this with it, is gone by then
    const back = () => {
      clearTimeout(forgotten);
      void undo
        .mutateAsync(persona.id)
        .then(() => toast(t("person.back", { name: persona.full_name })), toastFailure);
    };
    const gone = t("person.deleted", { name: persona.full_name });
    toast(gone, { label: t("action.undo"), run: back }, UNDO_MS);
  };
  return (
    <>
      <Button look="danger" small onClick={() => setAsked(true)}>
        <Trash2 aria-hidden className="size-4" />
        {t("person.delete")}
      </Button>
      <Dialog open={asked} onClose={() => setAsked(false)} title={t("person.delete")}>
        <Why
          persona={persona}
          removal={remove}
          onDeleted={deleted}
          onCancel={() => setAsked(false)}
        />
      </Dialog>
    </>
  );
}

const FIRST: { reason: Schemas["Reason"]; detail: string } = { reason: "duplicate", detail: "" };

function Why({
  persona,
  removal,
  onDeleted,
  onCancel,
}: {
  persona: PersonaDetails;
  removal: ReturnType<typeof useDeletePersona>;
  onDeleted: () => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation();
  const [draft, set, clear] = useDraft(`delete.${persona.id}`, FIRST);
  const { reason, detail } = draft;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const onSuccess = () => {
      clear();
      onDeleted();
    };
    removal.mutate({ id: persona.id, reason, reason_detail: detail || null }, { onSuccess });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <p>{t("person.deleteAsk", { name: persona.full_name })}</p>
      <Select
        label={t("person.reason")}
        value={reason}
        onChange={(event) =>
          set({
            ...draft,
            reason: REASONS.find((known) => known === event.target.value) ?? "other",
          })
        }
      >
        {REASONS.map((known) => (
          <option key={known} value={known}>
            {t(`person.reasons.${known}`)}
          </option>
        ))}
      </Select>
      {reason === "other" && (
        <TextArea
          label={t("person.reasonDetail")}
          required
          maxLength={500}
          value={detail}
          error={fieldError(removal.error, "reason_detail")}
          onChange={(event) => set({ ...draft, detail: event.target.value })}
        />
      )}
      <Failure failure={removal.error} />
      <div className="flex justify-end gap-2">
        <Button
          onClick={() => {
            clear();
            onCancel();
          }}
        >
          {t("action.cancel")}
        </Button>
        <Button type="submit" look="danger" busy={removal.isPending}>
          {t("action.delete")}
        </Button>
      </div>
    </form>
  );
}
