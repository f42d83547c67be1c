import type { ReactNode } from "react";
import { Source } from "./source";

/** A figure with its name, and one click away the rule that makes it. It stands in a `<dl>`. */
export function Figure({
  name,
  rule,
  children,
}: {
  name: string;
  rule: ReactNode;
  children: ReactNode;
}) {
  return (
    <div>
      <dt className="flex items-center justify-between gap-1 text-quiet text-sm">
        {name}
        <Source of={name}>{rule}</Source>
      </dt>
      <dd className="tabular font-semibold text-lg">{children}</dd>
    </div>
  );
}
