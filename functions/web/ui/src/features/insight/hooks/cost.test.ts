import { expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { spentOn } from "./cost";

const line = (task: string, model: string, calls: number, cost_usd: number, simulated = 0) => ({
  task,
  model,
  provider: "gemini",
  calls,
  simulated,
  cost_usd,
  failed: 0,
  unpriced: 0,
  at_worst: 0,
  input_tokens: 0,
  output_tokens: 0,
  reserved_usd: 0,
});
const lines = [
  line("persona_journey", "a", 2, 0.5),
  line("persona_journey", "b", 3, 0, 3),
  line("persona_text", "a", 99, 9),
  line("focus_group_digest", "a", 4, 0.2),
  line("focus_group_synthesis", "a", 1, 0.1),
];
const usage = { lines, total: line("", "", 104, 9.5) } as Schemas["Usage"];

it("adds up what one task has cost, over all models", () => {
  expect(spentOn("persona_journey", usage)).toEqual({
    calls: 5,
    simulated: 3,
    unpriced: 0,
    usd: 0.5,
  });
  expect(spentOn("persona_messages", usage).calls).toBe(0);
  expect(spentOn("summary", usage).calls).toBe(5);
});
