import { useQuery } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { Button } from "@/components/ui/button";
import { Empty, Failure, Note, Skeleton } from "@/components/ui/states";
import type { Project } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import {
  historyQuery,
  type Metric,
  metricsQuery,
  type Snapshot,
  trend,
  useRecalculate,
} from "../hooks/metrics";
import { MetricCard } from "./metric-card";

/** Beside the size of the segment, which stands in a line of its own. */
const CARDS: Metric[] = [
  "conversion_rate",
  "retention_rate",
  "nps_score",
  "ltv",
  "cac",
  "cac_ltv_ratio",
];

/** What the persona's segment is worth: each metric with its range, its source and its method, or why there is none. */
export function Metrics({ personaId, project }: { personaId: string; project: Project }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(metricsQuery(personaId));
  const { data: history = [] } = useQuery(historyQuery(personaId));
  const recalculate = useRecalculate(personaId);
  const isEditor = may(project.role, "editor");
  const button = isEditor && (
    <Button small busy={recalculate.isPending} onClick={() => recalculate.mutate(undefined)}>
      <RefreshCw aria-hidden className="size-4" />
      {t(data?.snapshot ? "kpi.recalculate" : "kpi.calculate")}
    </Button>
  );
  return (
    <section className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold">{t("kpi.title")}</h3>
        {data?.snapshot && button}
      </div>
      <Failure failure={recalculate.error} />
      {error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : !data ? (
        <Cards>
          {CARDS.map((metric) => (
            <Skeleton key={metric} className="h-32" />
          ))}
        </Cards>
      ) : data.snapshot ? (
        <>
          {data.is_stale && <Note tone="warn">{t("kpi.stale")}</Note>}
          <Computed snapshot={data.snapshot} history={history} project={project} />
        </>
      ) : (
        <Empty title={t("kpi.none")} action={button}>
          {t(isEditor ? "kpi.noneHint" : "kpi.noneViewer")}
        </Empty>
      )}
    </section>
  );
}

function Computed({
  snapshot,
  history,
  project,
}: {
  snapshot: Snapshot;
  history: Snapshot[];
  project: Project;
}) {
  const { t } = useTranslation();
  const { moment } = useFormat();
  const card = (metric: Metric) => {
    const outcome = snapshot.metrics[metric];
    return (
      outcome && (
        <MetricCard
          key={metric}
          metric={metric}
          outcome={outcome}
          trend={trend(history, metric)}
          project={project}
        />
      )
    );
  };
  return (
    <>
      <p className="text-quiet text-sm">
        {t("kpi.of", { segment: snapshot.segment_name, when: moment(snapshot.timestamp) })}
      </p>
      {card("segment_size")}
      <Cards>{CARDS.map(card)}</Cards>
    </>
  );
}

function Cards({ children }: { children: React.ReactNode }) {
  return <div className="grid gap-3 sm:grid-cols-2">{children}</div>;
}
