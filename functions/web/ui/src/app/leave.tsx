import { useBlocker } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { isUnsent } from "./draft";

/** Asks before somebody leaves a screen on which they have written something that is not sent: once, for all of it. */
export function LeaveGuard() {
  const { t } = useTranslation();
  const blocker = useBlocker({
    // another view of the same screen loses nothing
    shouldBlockFn: ({ current, next }) => isUnsent() && current.pathname !== next.pathname,
    enableBeforeUnload: isUnsent,
    withResolver: true,
  });
  const isAsking = blocker.status === "blocked";
  return (
    <Dialog open={isAsking} onClose={() => blocker.reset?.()} title={t("leave.title")}>
      <div className="flex flex-col gap-4">
        <p>{t("leave.hint")}</p>
        <div className="flex justify-end gap-2">
          <Button look="primary" onClick={() => blocker.reset?.()}>
            {t("leave.stay")}
          </Button>
          <Button onClick={() => blocker.proceed?.()}>{t("leave.go")}</Button>
        </div>
      </div>
    </Dialog>
  );
}
