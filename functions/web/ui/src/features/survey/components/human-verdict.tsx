import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Badge } from "@/components/ui/states";

const TONES = {
  passes: "good",
  variance_lost: "bad",
  differs: "bad",
  too_few_to_notice: "warn",
  too_few: "plain",
} as const;

/** Whether a simulation may stand beside people's answers. */
export function HumanVerdict({ verdict }: { verdict: Schemas["HumanVerdict"] }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[verdict]}>{t(`human.verdict.${verdict}`)}</Badge>;
}
