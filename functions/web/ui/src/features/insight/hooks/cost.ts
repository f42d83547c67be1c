import type { Schemas } from "@/api/client";

/** What can be asked for, and under which tasks its calls are counted. */
const TASKS = {
  graph_answer: ["graph_answer"],
  persona_journey: ["persona_journey"],
  persona_messages: ["persona_messages"],
  persona_needs: ["persona_needs"],
  persona_text: ["persona_text"],
  summary: ["focus_group_digest", "focus_group_synthesis"],
};
export type Task = keyof typeof TASKS;

/** What such calls have come to in a project, over all models that were asked. */
export type Spent = { calls: number; simulated: number; unpriced: number; usd: number };

export function spentOn(task: Task, { lines }: Schemas["Usage"]): Spent {
  const none: Spent = { calls: 0, simulated: 0, unpriced: 0, usd: 0 };
  return lines
    .filter((line) => TASKS[task].includes(line.task))
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
