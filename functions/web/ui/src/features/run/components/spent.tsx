import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failure } from "@/components/ui/states";
import { budgetQuery, usageQuery } from "@/features/usage/hooks/usage";
import { useFormat } from "@/i18n/format";

/** Often enough to see money go, and one request at a time however many runs are shown. */
const EVERY_MS = 5_000;

/** What the project has used by now of what it may, while it is at work. No route tells it for one run. */
export function Spent({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const { money, number } = useFormat();
  const budget = useQuery({ ...budgetQuery(projectId), refetchInterval: EVERY_MS });
  const usage = useQuery({ ...usageQuery(projectId), refetchInterval: EVERY_MS });
  if (!budget.data || !usage.data) return <Failure failure={budget.error ?? usage.error} />;
  const { spent_usd, reserved_usd, cap_usd } = budget.data;
  const { input_tokens, output_tokens, simulated } = usage.data.total;
  const says = {
    tokens: number(input_tokens + output_tokens),
    spent: money(Number(spent_usd)),
    held: money(Number(reserved_usd)),
  };
  return (
    <p className="tabular text-quiet text-sm">
      {cap_usd == null
        ? t("run.spent", says)
        : t("run.spentOfCap", { ...says, cap: money(Number(cap_usd)) })}{" "}
      {simulated > 0 && t("usage.simulated", { count: simulated })}
    </p>
  );
}
