import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button";

type Toast = { id: number; text: string; action?: { label: string; run: () => void } };

/** Long enough to read a sentence twice; a toast with an action says itself how long. */
const SHOWN_MS = 6_000;
let toasts: Toast[] = [];
let next = 0;
const listeners = new Set<() => void>();

function set(changed: Toast[]) {
  toasts = changed;
  for (const listener of listeners) listener();
}

export function toast(text: string, action?: Toast["action"], shownMs = SHOWN_MS): void {
  const id = next++;
  set([...toasts, { id, text, action }]);
  setTimeout(() => close(id), shownMs);
}

function close(id: number) {
  set(toasts.filter((shown) => shown.id !== id));
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
  return (
    <div
      role="status"
      aria-label={t("state.messages")}
      className="pointer-events-none fixed right-4 bottom-4 z-50 flex max-w-sm flex-col gap-2"
    >
      {shown.map(({ id, text, action }) => (
        <div
          key={id}
          className="pointer-events-auto flex items-center gap-3 rounded-card border border-line bg-raised px-4 py-3 shadow-lg"
        >
          <p className="min-w-0 flex-1">{text}</p>
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
