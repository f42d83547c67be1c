import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failure } from "@/components/ui/states";
import { usageQuery } from "@/features/usage/hooks/usage";
import { useFormat } from "@/i18n/format";
import { type Spent, spentOn, type Task } from "../hooks/cost";

/** What asking takes, said before somebody asks: the calls, and what such calls have cost in this project. */
export function Cost({ task, projectId }: { task: Task; projectId: string }) {
  const { t } = useTranslation();
  const says = useSpent();
  const { data, error, refetch } = useQuery(usageQuery(projectId));
  return (
    <>
      <p className="max-w-prose text-quiet text-sm">
        {t(`insight.cost.${task}`)} {data && says(spentOn(task, data))}
      </p>
      <Failure failure={error} retry={() => void refetch()} />
    </>
  );
}

function useSpent() {
  const { t } = useTranslation();
  const { money } = useFormat();
  return ({ calls, simulated, unpriced, usd }: Spent): string => {
    if (calls === 0) return t("insight.cost.none");
    if (simulated === calls) return t("insight.cost.simulated", { count: calls });
    const known = t("insight.cost.soFar", { count: calls, cost: money(usd) });
    return unpriced > 0 ? `${known} ${t("usage.unpriced", { count: unpriced })}` : known;
  };
}
