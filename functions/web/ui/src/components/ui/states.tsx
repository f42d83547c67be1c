import clsx from "clsx";
import { CircleAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ProblemError } from "@/api/problem";
import { Button } from "./button";

/** A grey place where something will be. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={clsx("animate-pulse rounded-md bg-sunken", className)} />;
}

/** Several lines that are still on their way, told once to those who listen. */
export function Loading({ lines = 4, className }: { lines?: number; className?: string }) {
  const { t } = useTranslation();
  return (
    <div role="status" className={clsx("flex flex-col gap-2.5", className)}>
      <span className="sr-only">{t("state.loading")}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <Skeleton key={line} className="h-9" />
      ))}
    </div>
  );
}

/** An empty list that says what to do next. */
export function Empty({
  title,
  heading: Heading = "h2",
  children,
  action,
}: {
  title: string;
  /** The first one, where it is the whole page. */
  heading?: "h1" | "h2";
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-3 rounded-card border border-line border-dashed px-6 py-12 text-center">
      <Heading className="font-semibold text-lg">{title}</Heading>
      {children && <div className="max-w-prose text-quiet">{children}</div>}
      {action}
    </div>
  );
}

/** A failure as the server told it: what went wrong, and the id under which our logs know it. */
export function Failure({
  failure,
  says,
  retry,
  className,
}: {
  failure: unknown;
  /** In the place of the detail, where the screen shows its parts itself. */
  says?: string;
  retry?: () => void;
  className?: string;
}) {
  const { t } = useTranslation();
  if (!failure) return null;
  const problem = failure instanceof ProblemError ? failure : null;
  const detail =
    problem?.code === "unreachable" ? t("state.unreachable") : (problem?.detail ?? String(failure));
  return (
    <div
      role="alert"
      className={clsx(
        "flex items-start gap-3 rounded-card border border-bad/40 bg-bad-soft px-4 py-3",
        className,
      )}
    >
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="break-words">{says ?? detail}</p>
        {problem?.requestId && (
          <p className="mt-0.5 break-all text-quiet text-sm">
            {t("state.requestId")} <code>{problem.requestId}</code>
          </p>
        )}
      </div>
      {retry && (
        <Button small onClick={retry}>
          {t("action.tryAgain")}
        </Button>
      )}
    </div>
  );
}

/** What a reader should know before they use a figure. */
export function Note({
  tone = "info",
  children,
}: {
  tone?: "info" | "warn" | "good";
  children: ReactNode;
}) {
  const tones = {
    info: "border-info/30 bg-info-soft",
    warn: "border-warn/30 bg-warn-soft",
    good: "border-good/30 bg-good-soft",
  };
  return (
    <div className={clsx("flex gap-3 rounded-card border px-4 py-3", tones[tone])}>
      {tone === "warn" && (
        <TriangleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-warn" />
      )}
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}

export function Badge({
  tone = "plain",
  children,
}: {
  tone?: "plain" | "good" | "warn" | "bad" | "info" | "accent";
  children: ReactNode;
}) {
  const tones = {
    plain: "bg-sunken text-quiet",
    good: "bg-good-soft text-good",
    warn: "bg-warn-soft text-warn",
    bad: "bg-bad-soft text-bad",
    info: "bg-info-soft text-info",
    accent: "bg-accent-soft text-accent",
  };
  return (
    <span
      className={clsx(
        "inline-flex items-center whitespace-nowrap rounded-full px-2 py-0.5 font-medium text-xs",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
