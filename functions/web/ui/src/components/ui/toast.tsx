import { X } from "lucide-react";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";
import { Failure } from "./states";

type Action = { label: string; run: () => void };
type Toast = { id: number; action?: Action } & ({ text: string } | { failure: unknown });

/** Long enough to read a sentence twice; a toast with an action says itself how long. */
const SHOWN_MS = 6_000;
let toasts: Toast[] = [];
let next = 0;
const listeners = new Set<() => void>();

function set(changed: Toast[]) {
  toasts = changed;
  for (const listener of listeners) listener();
}

export function toast(text: string, action?: Action, shownMs = SHOWN_MS): void {
  const id = next++;
  set([...toasts, { id, text, action }]);
  setTimeout(() => close(id), shownMs);
}

/** A failure whose place is gone from the screen; it stays until somebody closes it, as its id is to be copied. */
export function toastFailure(failure: unknown): void {
  set([...toasts, { id: next++, failure }]);
}

function close(id: number) {
  set(toasts.filter((shown) => shown.id !== id));
}

/** Takes all of them away: they were for whoever was signed in. */
export function closeToasts(): void {
  set([]);
}

export function Toasts() {
  const { t } = useTranslation();
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  const layer = useRef<HTMLDivElement>(null);
  // above whatever dialog is open: the last one that is shown lies on top
  useEffect(() => {
    if (shown.length === 0) return;
    layer.current?.hidePopover?.();
    layer.current?.showPopover?.();
  }, [shown]);
  return (
    <div
      ref={layer}
      popover="manual"
      role="status"
      aria-label={t("state.messages")}
      className="pointer-events-none fixed inset-auto right-4 bottom-4 z-50 m-0 max-w-sm flex-col gap-2 border-0 bg-transparent p-0 text-ink open:flex"
    >
      {shown.map(({ id, action, ...told }) => (
        <div
          key={id}
          className="pointer-events-auto flex items-center gap-3 rounded-card border border-line bg-raised px-4 py-3 shadow-lg"
        >
          {"text" in told ? (
            <p className="min-w-0 flex-1">{told.text}</p>
          ) : (
            <>
              <Failure className="flex-1" failure={told.failure} />
              <Button small look="quiet" aria-label={t("action.close")} onClick={() => close(id)}>
                <X aria-hidden className="size-4" />
              </Button>
            </>
          )}
          {action && (
            <Button
              small
              onClick={() => {
                close(id);
                action.run();
              }}
            >
              {action.label}
            </Button>
          )}
        </div>
      ))}
    </div>
  );
}
