import { Play } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Failure } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";

type Cost = { low: number; high: number } | null | undefined;

/** What a run would take, said before somebody starts it. */
export function StartRun({
  label,
  says,
  cost,
  failure,
  start,
  disabled,
  children,
}: {
  label: string;
  /** The work in a sentence; none while nobody has estimated it. */
  says: string | undefined;
  /** In millionths of a US dollar; none where the model has no price. */
  cost: Cost;
  failure: unknown;
  start: { error: unknown; isPending: boolean; run: () => void };
  disabled?: boolean;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const { money } = useFormat();
  return (
    <section className="card flex flex-col gap-3 px-5 py-4">
      <Failure failure={failure} />
      {says && (
        <p>
          {says}{" "}
          {cost
            ? t("group.cost", { low: money(cost.low / 1e6), high: money(cost.high / 1e6) })
            : t("group.costUnknown")}
        </p>
      )}
      {children}
      <Failure failure={start.error} />
      <div>
        <Button look="primary" disabled={disabled} busy={start.isPending} onClick={start.run}>
          <Play aria-hidden className="size-4" />
          {label}
        </Button>
      </div>
    </section>
  );
}
