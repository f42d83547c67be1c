import clsx from "clsx";
import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";

type Props = {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  side?: boolean;
  className?: string;
};

/**
 * The browser's own dialog: it keeps the focus, makes the rest inert and closes with Escape, and needs no
 * style element, which our pages' policy forbids. `side` makes it a drawer.
 */
export function Dialog({ open, onClose, title, children, side, className }: Props) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (open && dialog && !dialog.open) dialog.showModal();
    if (!open && dialog?.open) dialog.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={ref}
      aria-labelledby={heading}
      // one that opened above this one closes by itself alone
      onClose={(event) => {
        if (event.target === ref.current) onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
      className={clsx(
        "border-line bg-raised p-0",
        side
          ? "fixed inset-y-0 right-0 left-auto m-0 h-dvh max-h-none w-full max-w-3xl border-l"
          : "m-auto max-h-[85dvh] w-[calc(100%-2rem)] max-w-lg rounded-card border",
        className,
      )}
    >
      {open && (
        <div className="flex h-full flex-col">
          <div className="flex items-start justify-between gap-4 border-line border-b px-5 py-3.5">
            <h2 id={heading} className="min-w-0 pt-1 font-semibold text-lg leading-snug">
              {title}
            </h2>
            <Button look="quiet" small aria-label={t("action.close")} onClick={onClose}>
              <X aria-hidden className="size-4" />
            </Button>
          </div>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
        </div>
      )}
    </dialog>
  );
}
