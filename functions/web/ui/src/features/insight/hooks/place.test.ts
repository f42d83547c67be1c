import { expect, it } from "vitest";
import { wayTo } from "./place";

it("leads to the turn in which something was said", () => {
  const place = { kind: "focus_group", focus_group_id: "g", turn_id: "t" } as const;
  expect(wayTo("p", place)).toEqual({
    to: "/projects/$projectId/focus-groups/$groupId",
    params: { projectId: "p", groupId: "g" },
    search: { view: "transcript", turn: "t" },
  });
});

it("leads to the question that something answers, or to the survey where that is not known", () => {
  const place = (question_id: string | null) =>
    ({ kind: "survey", survey_id: "s", question_id }) as const;
  const of = (question: string | undefined) => ({
    to: "/projects/$projectId/surveys/$surveyId",
    params: { projectId: "p", surveyId: "s" },
    search: { view: "results", question },
  });
  expect(wayTo("p", place("why"))).toEqual(of("why"));
  expect(wayTo("p", place(null))).toEqual(of(undefined));
});
