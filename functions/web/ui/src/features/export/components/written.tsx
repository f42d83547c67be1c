import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FileDown, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { may, type Role } from "@/app/access";
import { forget } from "@/app/kept";
import { Button } from "@/components/ui/button";
import { Progress } from "@/components/ui/progress";
import { Badge, Failure, Loading } from "@/components/ui/states";
import { RunStatusBadge } from "@/features/run/components/run-card";
import { isOver, useRun } from "@/features/run/hooks/run";
import { useFormat } from "@/i18n/format";
import { exportQuery, useFetchExport, type Written } from "../hooks/exports";

/** A file that was asked for here: how far it is, and its link when it is whole. */
export function WrittenExport({ id, role, place }: { id: string; role: Role; place: string }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { data, error } = useQuery(exportQuery(id));
  // the file is whole when its run has ended: then it is asked for once more
  const { data: run } = useRun(
    data?.run_id,
    () => void client.invalidateQueries({ queryKey: exportQuery(id).queryKey }),
  );
  const { moment } = useFormat();
  return (
    <li className="flex flex-col gap-2 rounded-card border border-line px-3 py-2.5">
      {error ? (
        <Failure failure={error} />
      ) : !data ? (
        <Loading lines={1} />
      ) : (
        <>
          <div className="flex flex-wrap items-center gap-2">
            <span className="font-medium uppercase">{data.format}</span>
            <Badge tone={data.is_masked ? "plain" : "warn"}>
              {t(data.is_masked ? "export.isMasked" : "export.isUnmasked")}
            </Badge>
            {run && run.status !== "succeeded" && <RunStatusBadge status={run.status} />}
            <span className="ml-auto text-quiet text-sm">{moment(data.created_at)}</span>
            <Button
              small
              look="quiet"
              aria-label={t("run.forget")}
              onClick={() => forget(place, id)}
            >
              <X aria-hidden className="size-4" />
            </Button>
          </div>
          {run && !isOver(run) && (
            <Progress value={run.done} max={run.total} label={t("run.kind.export")} />
          )}
          {run?.error && <p className="text-bad text-sm">{run.error}</p>}
          <Fetch written={data} role={role} />
        </>
      )}
    </li>
  );
}

function Fetch({ written, role }: { written: Written; role: Role }) {
  const { t } = useTranslation();
  const fetched = useFetchExport(written.id);
  if (!written.is_ready) return null;
  if (!written.is_masked && !may(role, "admin")) {
    return <p className="text-quiet text-sm">{t("export.adminsOnly")}</p>;
  }
  return (
    <>
      <div className="flex flex-wrap gap-2">
        <Button small busy={fetched.isPending} onClick={() => fetched.mutate("file")}>
          <FileDown aria-hidden className="size-4" />
          {t("export.fetch")}
        </Button>
        {written.format === "csv" && (
          <Button
            small
            look="quiet"
            disabled={fetched.isPending}
            onClick={() => fetched.mutate("disclosure")}
          >
            {t("export.disclosure")}
          </Button>
        )}
      </div>
      <Failure failure={fetched.error} />
    </>
  );
}
