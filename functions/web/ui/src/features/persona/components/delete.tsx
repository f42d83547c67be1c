import { Trash2 } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
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
  const [reason, setReason] = useState<Schemas["Reason"]>("duplicate");
  const [detail, setDetail] = useState("");
  const remove = useDeletePersona(projectId);
  const undo = useUndoDelete(projectId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    remove.mutate(
      { id: persona.id, reason, reason_detail: detail || null },
      {
        onSuccess: () => {
          setAsked(false);
          onDeleted();
          // a promise: the drawer, and this with it, is gone by then
          const back = () =>
            void undo
              .mutateAsync(persona.id)
              .then(() => toast(t("person.back", { name: persona.full_name })), toastFailure);
          const gone = t("person.deleted", { name: persona.full_name });
          toast(gone, { label: t("action.undo"), run: back }, UNDO_MS);
        },
      },
    );
  };
  return (
    <>
      <Button look="danger" small onClick={() => setAsked(true)}>
        <Trash2 aria-hidden className="size-4" />
        {t("person.delete")}
      </Button>
      <Dialog open={asked} onClose={() => setAsked(false)} title={t("person.delete")}>
        <form onSubmit={submit} className="flex flex-col gap-4">
          <p>{t("person.deleteAsk", { name: persona.full_name })}</p>
          <Select
            label={t("person.reason")}
            value={reason}
            onChange={(event) =>
              setReason(REASONS.find((known) => known === event.target.value) ?? "other")
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
              error={fieldError(remove.error, "reason_detail")}
              onChange={(event) => setDetail(event.target.value)}
            />
          )}
          <Failure failure={remove.error} />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setAsked(false)}>{t("action.cancel")}</Button>
            <Button type="submit" look="danger" busy={remove.isPending}>
              {t("action.delete")}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
