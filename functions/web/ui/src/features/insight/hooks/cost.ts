import type { Schemas } from "@/api/client";

export type Task = "persona_needs" | "persona_journey" | "persona_messages";

/** What the calls of one task have come to in a project, over all models that were asked. */
export type Spent = { calls: number; simulated: number; unpriced: number; usd: number };

export function spentOn(task: Task, { lines }: Schemas["Usage"]): Spent {
  const none: Spent = { calls: 0, simulated: 0, unpriced: 0, usd: 0 };
  return lines
    .filter((line) => line.task === task)
    .reduce(
      (sum, line) => ({
        calls: sum.calls + line.calls,
        simulated: sum.simulated + line.simulated,
        unpriced: sum.unpriced + line.unpriced,
        usd: sum.usd + line.cost_usd,
      }),
      none,
    );
}
