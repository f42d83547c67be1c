import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";

/** A share with its 95 % interval: the bar is the figure, the line is where it may lie. */
export function Interval({
  share,
  low,
  high,
  of,
}: {
  share: number;
  low: number;
  high: number;
  of?: string;
}) {
  const { t } = useTranslation();
  const { percent } = useFormat();
  const at = (part: number) => `${Math.min(1, Math.max(0, part)) * 100}%`;
  return (
    <div className="grid grid-cols-[minmax(4rem,1fr)_auto] items-center gap-3 text-sm">
      <div aria-hidden className="relative h-4 rounded-sm bg-sunken">
        <div className="absolute inset-y-1 left-0 rounded-sm bg-bar" style={{ width: at(share) }} />
        <div
          className="absolute top-1/2 h-0.5 -translate-y-1/2 bg-ink"
          style={{ left: at(low), width: at(high - low) }}
        />
        {[low, high].map((end) => (
          <div key={end} className="absolute inset-y-0.5 w-0.5 bg-ink" style={{ left: at(end) }} />
        ))}
      </div>
      <span className="tabular whitespace-nowrap">
        <span className="font-medium">{percent(share, 0)}</span>{" "}
        <span className="text-quiet">
          {t("state.interval", { low: percent(low, 0), high: percent(high, 0) })}
          {of && ` · ${of}`}
        </span>
      </span>
    </div>
  );
}
