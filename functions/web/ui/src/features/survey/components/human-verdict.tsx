import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Badge } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";

const TONES = {
  passes: "good",
  variance_lost: "bad",
  differs: "bad",
  too_few_to_notice: "warn",
  too_few: "plain",
} as const;

/** Whether a simulation may stand beside people's answers, and how many people it takes where there are too few. */
export function HumanVerdict({
  verdict,
  needed,
}: {
  verdict: Schemas["HumanVerdict"];
  needed?: number | null;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  return (
    <>
      <Badge tone={TONES[verdict]}>{t(`human.verdict.${verdict}`)}</Badge>
      {typeof needed === "number" && (
        <span className="ml-2 text-quiet text-xs">
          {t("human.needed", { people: number(needed) })}
        </span>
      )}
    </>
  );
}
