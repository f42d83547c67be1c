import { expect, it } from "vitest";
import { questionOf, turnOf, withPersonFirst } from "./source";

const group = (id: string, persona_ids: string[], run_id: string | null = "run") => ({
  id,
  persona_ids,
  run_id,
});

it("looks first where the person was, and never where nobody has talked", () => {
  const groups = [group("other", ["p2"]), group("not held", ["p1"], null), group("theirs", ["p1"])];
  expect(withPersonFirst(groups, "p1").map(({ id }) => id)).toEqual(["theirs", "other"]);
});

it("finds the words in what a participant said, not in what they were asked", () => {
  const turns = [
    { id: "t1", text: "Is the price too high?" },
    { id: "t2", text: null, persona_id: "p1" },
    { id: "t3", text: "For me the price too high is.", persona_id: "p1" },
  ];
  expect(turnOf(turns, "the price too high")?.id).toBe("t3");
  expect(turnOf(turns, "the delivery")).toBeUndefined();
});

it("finds an open answer among those that the results show", () => {
  const open = (question_id: string, sample_responses: string[]) => ({
    question_id,
    question_type: "open-text",
    statistics: { sample_responses },
  });
  const questions = [
    { question_id: "q1", question_type: "nps", statistics: {} },
    open("q2", ["Too far."]),
    open("q3", ["It is too dear for us."]),
  ];
  expect(questionOf(questions, "too dear")).toBe("q3");
  expect(questionOf(questions, "too late")).toBeNull();
});
