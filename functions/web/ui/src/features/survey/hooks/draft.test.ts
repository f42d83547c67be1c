import { expect, it } from "vitest";
import { asQuestion, completed, KINDS, newQuestion, type QuestionDraft } from "./draft";

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
  expect(asQuestion({ ...draft, atLeast: "0", atMost: "2" }).showIf).toEqual({
    question: "q1",
    atLeast: 0,
    atMost: 2,
  });
  expect(asQuestion({ ...draft, anyOf: ["a", "b"] }).showIf).toEqual({
    question: "q1",
    anyOf: ["a", "b"],
  });
});

it("sends what few questions need, each with the kind that takes it", () => {
  const draft = {
    ...newQuestion([]),
    title: "How much?",
    description: " Think of a week. ",
    block: " habits ",
    pointLabels: "never\n\nrarely\noften",
    lowLabel: "low",
    highLabel: "high",
    elicitation: "direct" as const,
    anchors: "I would not.\nI would.\n\n\nNo.\nYes.",
    codes: "Price: dear, cheap\nTime of day: at 8:00\nNothing",
  };
  const scale = asQuestion({ ...draft, kind: "rating-scale" });
  expect(scale).toMatchObject({
    description: "Think of a week.",
    block: "habits",
    scaleLabels: ["never", "rarely", "often"],
    elicitation: "direct",
    anchors: [
      ["I would not.", "I would."],
      ["No.", "Yes."],
    ],
  });
  expect(scale.codes).toBeUndefined();
  expect(asQuestion({ ...draft, kind: "nps" })).not.toHaveProperty("anchors");
  expect(asQuestion({ ...draft, kind: "open-text" })).toEqual({
    id: "q1",
    type: "open-text",
    title: "How much?",
    required: true,
    description: "Think of a week.",
    block: "habits",
    codes: [
      { label: "Price", words: ["dear", "cheap"] },
      { label: "Time of day", words: ["at 8:00"] },
      { label: "Nothing", words: [] },
    ],
  });
});

it("completes a question that an older console kept", () => {
  const { codes: _, anyOf: __, ...kept } = { ...newQuestion([], "numeric"), title: "How many?" };
  expect(completed(kept as QuestionDraft)).toEqual({
    ...newQuestion([], "numeric"),
    title: "How many?",
  });
});
