import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Badge } from "@/components/ui/states";
import { pValue, useFormat } from "@/i18n/format";

/** As everywhere: the 5 % level, after the correction. */
const ALPHA = 0.05;

type Made = Pick<Schemas["PartTest"], "test" | "adjusted_p">;

/** How the groups were tested against each other: a question as a whole, or each row or option by itself. */
export function SegmentTests({ cell }: { cell: Made & Pick<Schemas["Cell"], "tests"> }) {
  const { t } = useTranslation();
  const parts = cell.tests ?? [];
  const isAnyTooFew = [cell, ...parts].some(({ test }) => test && !test.is_reliable);
  return (
    <>
      {parts.length === 0 ? (
        <Verdict of={cell} />
      ) : (
        <ul
          aria-label={t("segment.parts")}
          className="flex basis-full flex-wrap gap-x-6 gap-y-1.5 text-sm"
        >
          {parts.map((part) => (
            <li key={part.part} className="flex flex-wrap items-center gap-2">
              {part.part} <Verdict of={part} />
            </li>
          ))}
        </ul>
      )}
      {isAnyTooFew && <p className="basis-full text-quiet text-sm">{t("segment.tooFewHint")}</p>}
    </>
  );
}

function Verdict({ of: { test, adjusted_p } }: { of: Made }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  if (test && !test.is_reliable) return <Badge>{t("segment.tooFew")}</Badge>;
  if (adjusted_p == null) return <Badge>{t("segment.untested")}</Badge>;
  const differs = adjusted_p < ALPHA;
  return (
    <Badge tone={differs ? "warn" : "plain"}>
      {t(differs ? "segment.differs" : "segment.noDifference", { p: pValue(adjusted_p, number) })}
    </Badge>
  );
}
