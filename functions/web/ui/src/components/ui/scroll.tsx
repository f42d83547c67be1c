import type { ReactNode } from "react";

/** A table that may be wider than its screen; a keyboard scrolls it as well. */
export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section tabIndex={0} aria-label={label} className="card overflow-x-auto">
      {children}
    </section>
  );
}
