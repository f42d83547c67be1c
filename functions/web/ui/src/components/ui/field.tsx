import clsx from "clsx";
import { type ComponentProps, type ReactNode, useId } from "react";
import { ProblemError } from "@/api/problem";

const CONTROL =
  "w-full rounded-lg border border-line-strong bg-surface px-3 text-ink placeholder:text-quiet disabled:opacity-60 aria-invalid:border-bad";

type Wrap = { label: ReactNode; hint?: ReactNode; error?: string | null; hideLabel?: boolean };

/** The rule that a field breaks, as the server named it. */
export function fieldError(failure: unknown, field: string): string | null {
  if (!(failure instanceof ProblemError)) return null;
  const found = failure.fields.find(
    (error) => error.field === field || error.field.startsWith(`${field}.`),
  );
  return found ? found.rule : null;
}

function Labelled({
  id,
  label,
  hint,
  error,
  hideLabel,
  children,
}: Wrap & { id: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className={clsx("font-medium text-sm", hideLabel && "sr-only")}>
        {label}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="text-quiet text-sm">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-bad text-sm">
          {error}
        </p>
      )}
    </div>
  );
}

function described(id: string, { hint, error }: Wrap) {
  const ids = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return { "aria-describedby": ids || undefined, "aria-invalid": error ? true : undefined };
}

export function Input({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...rest
}: Wrap & ComponentProps<"input">) {
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, error, hideLabel }}>
      <input
        id={id}
        {...described(id, { label, hint, error })}
        {...rest}
        className={clsx(CONTROL, "h-9", className)}
      />
    </Labelled>
  );
}

export function TextArea({
  label,
  hint,
  error,
  hideLabel,
  className,
  ...rest
}: Wrap & ComponentProps<"textarea">) {
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, error, hideLabel }}>
      <textarea
        id={id}
        rows={3}
        {...described(id, { label, hint, error })}
        {...rest}
        className={clsx(CONTROL, "py-2", className)}
      />
    </Labelled>
  );
}

/** The platform's own list: it works with every keyboard, reader and telephone. */
export function Select({
  label,
  hint,
  error,
  hideLabel,
  className,
  children,
  ...rest
}: Wrap & ComponentProps<"select">) {
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, error, hideLabel }}>
      <select
        id={id}
        {...described(id, { label, hint, error })}
        {...rest}
        className={clsx(CONTROL, "h-9", className)}
      >
        {children}
      </select>
    </Labelled>
  );
}

type ChoiceProps = { label: ReactNode; hint?: ReactNode } & ComponentProps<"input">;

function Choice({ label, hint, ...rest }: ChoiceProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <input
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-1 size-4 shrink-0 accent-accent"
        {...rest}
      />
      <div>
        <label htmlFor={id} className="font-medium text-sm">
          {label}
        </label>
        {hint && (
          <p id={`${id}-hint`} className="text-quiet text-sm">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

export const Checkbox = (props: ChoiceProps) => <Choice type="checkbox" {...props} />;
export const Radio = (props: ChoiceProps) => <Choice type="radio" {...props} />;
