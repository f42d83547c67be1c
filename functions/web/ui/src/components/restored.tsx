import { useTranslation } from "react-i18next";
import { Button } from "./ui/button";

/** Says of a small form that what stands in it was written before, with the way to begin anew. */
export function Restored({ discard }: { discard: () => void }) {
  const { t } = useTranslation();
  return (
    <p className="flex flex-wrap items-center gap-2 text-quiet text-sm">
      {t("state.draftRestored")}
      <Button small look="quiet" onClick={discard}>
        {t("state.draftDiscard")}
      </Button>
    </p>
  );
}
