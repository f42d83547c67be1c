import clsx from "clsx";
import type { ComponentProps } from "react";

const LOOKS = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong",
  plain: "border border-line bg-surface hover:bg-sunken",
  quiet: "hover:bg-sunken",
  danger: "border border-line bg-surface text-bad hover:bg-bad-soft",
} as const;

export type ButtonLook = keyof typeof LOOKS;

/** The same look for a link that leads somewhere and a button that does something. */
export function buttonClass(look: ButtonLook = "plain", small = false): string {
  return clsx(
    "inline-flex select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-lg font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-55",
    small ? "h-8 px-2.5 text-sm" : "h-9 px-3.5",
    LOOKS[look],
  );
}

type Props = ComponentProps<"button"> & { look?: ButtonLook; small?: boolean; busy?: boolean };

export function Button({ look, small, busy, className, disabled, children, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={busy || undefined}
      disabled={disabled || busy}
      className={clsx(buttonClass(look, small), className)}
    >
      {busy && (
        <span
          aria-hidden
          className="size-3.5 animate-spin rounded-full border-2 border-current border-r-transparent"
        />
      )}
      {children}
    </button>
  );
}
