import { expect, it } from "vitest";
import { asQuestion, KINDS, newQuestion } from "./draft";

it("gives each question an id that no other has", () => {
  expect(newQuestion(["q1", "q3"]).id).toBe("q4");
  expect(newQuestion(["q1", "q2"]).id).toBe("q3");
});

it("sends only what belongs to the kind of a question", () => {
  const draft = {
    ...newQuestion([]),
    title: "Which?",
    options: "a\n\n b \n",
    rows: "r",
    unit: "zł",
    most: "2",
    lowLabel: "low",
    highLabel: "high",
  };
  const sent = Object.fromEntries(KINDS.map((kind) => [kind, asQuestion({ ...draft, kind })]));

  expect(sent["single-choice"]).toEqual({
    id: "q1",
    type: "single-choice",
    title: "Which?",
    required: true,
    options: ["a", "b"],
    randomizeOptions: true,
  });
  expect(sent["multiple-choice"]?.maxChoices).toBe(2);
  expect(sent["rating-scale"]).toMatchObject({
    scaleMin: 1,
    scaleMax: 5,
    scaleLabels: ["low", "high"],
  });
  expect(sent.matrix?.rows).toEqual(["r"]);
  expect(sent.numeric).toMatchObject({ min: 1, max: 5, unit: "zł" });
  expect(Object.keys(sent["open-text"] ?? {})).toEqual(["id", "type", "title", "required"]);
});

it("asks only of whom an earlier answer makes it a question for", () => {
  const draft = { ...newQuestion(["q1"]), title: "Why?", kind: "open-text" as const, showIf: "q1" };
  expect(asQuestion({ ...draft, showHow: "atMost", showWhat: "2" }).showIf).toEqual({
    question: "q1",
    atMost: 2,
  });
  expect(asQuestion({ ...draft, showHow: "anyOf", showWhat: "a | b" }).showIf).toEqual({
    question: "q1",
    anyOf: ["a", "b"],
  });
});
