import type { ReactNode } from "react";
import { useFormat } from "@/i18n/format";

/** Values between 0 and 1 as bars, each with its number; the thin line is the middle. */
export function Bars({ values }: { values: [string, number][] }) {
  const { number } = useFormat();
  return (
    <dl className="flex flex-col gap-2.5">
      {values.map(([name, value]) => (
        <div key={name} className="grid grid-cols-[minmax(7rem,10rem)_1fr_3rem] items-center gap-3">
          <dt className="text-sm">{name}</dt>
          <dd aria-hidden>
            <Bar value={value} />
          </dd>
          <dd className="tabular text-right text-sm">{number(value, 2)}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Bar({ value, children }: { value: number; children?: ReactNode }) {
  return (
    <span className="relative block h-2 rounded-full bg-sunken">
      <span
        className="absolute inset-y-0 left-0 rounded-full bg-bar"
        style={{ width: `${Math.min(1, Math.max(0, value)) * 100}%` }}
      />
      <span className="absolute inset-y-[-3px] left-1/2 w-px bg-line-strong" />
      {children}
    </span>
  );
}
