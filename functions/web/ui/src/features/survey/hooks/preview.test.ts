import { expect, it } from "vitest";
import { isAsked, piped, toggled } from "./preview";
import type { Question } from "./surveys";

const question = (showIf?: Question["showIf"]): Question => ({
  id: "q2",
  type: "open-text",
  title: "Why?",
  showIf,
});

it("without a condition a question is asked of everybody", () => {
  expect(isAsked(question(), {})).toBe(true);
});

it.each([
  [{ question: "q1", anyOf: ["in a shop"] }, ["in a shop"], true],
  [{ question: "q1", anyOf: ["in a shop"] }, ["at a market"], false],
  [{ question: "q1", anyOf: ["a", "b"] }, ["c", "b"], true],
  [{ question: "q1", atLeast: 9 }, ["9"], true],
  [{ question: "q1", atLeast: 9 }, ["8"], false],
  [{ question: "q1", atMost: 6 }, ["6"], true],
  [{ question: "q1", atMost: 6 }, [""], false],
])(
  "asks only of whom an earlier answer makes it a question for: %j, %j",
  (showIf, answer, asked) => {
    expect(isAsked(question(showIf), { q1: answer })).toBe(asked);
    expect(isAsked(question(showIf), {})).toBe(false);
  },
);

it("takes no more options than may be chosen, and any of them back", () => {
  expect(toggled(["a"], "b", 2)).toEqual(["a", "b"]);
  expect(toggled(["a", "b"], "c", 2)).toEqual(["a", "b"]);
  expect(toggled(["a", "b"], "a", 2)).toEqual(["b"]);
  expect(toggled(["a"], "b", null)).toEqual(["a", "b"]);
});

it("puts earlier answers into a question's words, as the server does", () => {
  const entered = { q1: ["tea"], q2: ["milk", "sugar"], q3: [""] };
  expect(piped("Why {{q1}} with {{ q2 }}?", entered)).toBe("Why tea with milk, sugar?");
  expect(piped("{{q3}} of {{q9}} {{", entered)).toBe("… of … {{");
});
