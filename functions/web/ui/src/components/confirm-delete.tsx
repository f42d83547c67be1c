import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Failure } from "@/components/ui/states";

interface Removal {
  error: unknown;
  isPending: boolean;
  mutate: (input: undefined, options: { onSuccess?: () => void }) => void;
}

/** A button that asks first, deletes then, and leaves the page of what is gone, where it has one. */
export function ConfirmDelete({
  title,
  question,
  removal,
  leave,
}: {
  title: string;
  question: string;
  removal: Removal;
  leave?: () => void;
}) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState(false);
  return (
    <>
      <Button small look="danger" onClick={() => setAsked(true)}>
        {t("action.delete")}
      </Button>
      <Dialog open={asked} onClose={() => setAsked(false)} title={title}>
        <div className="flex flex-col gap-4">
          <p>{question}</p>
          <Failure failure={removal.error} />
          <div className="flex justify-end gap-2">
            <Button onClick={() => setAsked(false)}>{t("action.cancel")}</Button>
            <Button
              look="danger"
              busy={removal.isPending}
              onClick={() => removal.mutate(undefined, { onSuccess: leave })}
            >
              {t("action.delete")}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}
