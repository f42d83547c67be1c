import { useTranslation } from "react-i18next";
import { may, type Role } from "@/app/access";
import { Button } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { Badge, Failure, Loading, Note } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import { isOver, type Run, useCancelRun, useRetryRun, useRun } from "../hooks/run";

const TONES = {
  queued: "plain",
  running: "info",
  succeeded: "good",
  partial: "warn",
  failed: "bad",
  cancelled: "plain",
} as const;

export function RunStatusBadge({ status }: { status: Run["status"] }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[status]}>{t(`run.status.${status}`)}</Badge>;
}

/** A run as it goes: how far, what failed and why, and what can be done about it. */
export function RunCard({
  runId,
  read,
  role,
  title,
  onEnd,
}: {
  runId: string;
  /** The run as a list has just read it. */
  read?: Run;
  role: Role;
  title?: string;
  onEnd?: (run: Run) => void;
}) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const { data: run, error } = useRun(runId, onEnd, read);
  if (error) return <Failure failure={error} />;
  if (!run) return <Loading lines={2} />;
  return (
    <article className="card flex flex-col gap-3 px-5 py-4">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="font-semibold">{title ?? t(`run.kind.${run.kind}`)}</h2>
        <RunStatusBadge status={run.status} />
        <span className="ml-auto text-quiet text-sm">{moment(run.created_at)}</span>
      </div>
      <div className="flex flex-col gap-1.5">
        <Progress
          value={run.done + run.failed}
          max={run.total}
          label={title ?? t(`run.kind.${run.kind}`)}
        />
        <p className="tabular text-quiet text-sm" aria-live={isOver(run) ? "polite" : "off"}>
          {t("run.progress", { done: run.done, total: run.total })}
          {run.failed > 0 && ` · ${t("run.failed", { count: run.failed })}`}
          {run.retries > 0 && ` · ${t("run.retried", { count: run.retries })}`}
        </p>
      </div>
      <Reasons run={run} />
      {may(role, "editor") && <Actions run={run} />}
    </article>
  );
}

function Reasons({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const reasons = Object.entries(run.failures);
  return (
    <>
      {run.waits_until && <Note>{t("run.waits", { until: moment(run.waits_until) })}</Note>}
      {run.waits_for && !isOver(run) && <Note>{t("run.waitsFor")}</Note>}
      {run.error && <Note tone="warn">{run.error}</Note>}
      {run.note && <Note>{run.note}</Note>}
      {reasons.length > 0 && (
        <ul className="list-disc pl-5 text-quiet text-sm">
          {reasons.map(([reason, count]) => (
            <li key={reason}>
              {reason}: {count}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Actions({ run }: { run: Run }) {
  const { t } = useTranslation();
  const cancel = useCancelRun(run.id);
  const retry = useRetryRun(run.id);
  const retryable =
    (run.status === "partial" || run.status === "failed") &&
    run.kind !== "rag-ingest" &&
    run.kind !== "focus-group-summary";
  if (isOver(run) && !retryable) return null;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex gap-2">
        {!isOver(run) && (
          <Button
            small
            busy={cancel.isPending}
            disabled={Boolean(run.cancel_requested_at)}
            onClick={() => cancel.mutate()}
          >
            {run.cancel_requested_at ? t("run.cancelling") : t("run.cancel")}
          </Button>
        )}
        {retryable && (
          <Button small busy={retry.isPending} onClick={() => retry.mutate()}>
            {t("run.retry")}
          </Button>
        )}
      </div>
      <Failure failure={cancel.error ?? retry.error} />
    </div>
  );
}
