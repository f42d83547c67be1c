import { Info } from "lucide-react";
import { Popover } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** Where a figure comes from and how far it holds, one click beside it. */
export function Source({ children, of }: { children: ReactNode; of: string }) {
  const { t } = useTranslation();
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={t("state.sourceOf", { what: of })}
        className="inline-flex size-6 shrink-0 items-center justify-center rounded-full align-middle text-quiet hover:bg-sunken hover:text-ink"
      >
        <Info aria-hidden className="size-3.5" />
      </Popover.Trigger>
      <Popover.Content
        sideOffset={4}
        collisionPadding={12}
        aria-label={t("state.sourceOf", { what: of })}
        className="z-40 max-w-sm rounded-card border border-line bg-raised px-4 py-3 text-sm shadow-lg"
      >
        {children}
      </Popover.Content>
    </Popover.Root>
  );
}
