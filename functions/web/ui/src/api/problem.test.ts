import { expect, it } from "vitest";
import { problemOf } from "./problem";

const answer = (status: number, headers = {}) => new Response(null, { status, headers });

it("tells the detail and the id of the request", () => {
  const problem = problemOf(answer(409), {
    status: 409,
    detail: "Nothing of this run failed",
    code: "conflict",
    request_id: "r-1",
  });
  expect([problem.detail, problem.requestId, problem.code]).toEqual([
    "Nothing of this run failed",
    "r-1",
    "conflict",
  ]);
});

it("names each field and its rule where the detail is a list", () => {
  const problem = problemOf(answer(422), {
    detail: [{ type: "value_error", loc: ["body", "people"], msg: "must be between 1 and 100000" }],
    errors: [{ field: "people", rule: "must be between 1 and 100000" }],
  });
  expect(problem.fields).toEqual([{ field: "people", rule: "must be between 1 and 100000" }]);
  expect(problem.detail).toBe("people: must be between 1 and 100000");
});

it("finds the id in a header where the body is no problem document", () => {
  const problem = problemOf(answer(502, { "x-request-id": "r-2" }), "<html>");
  expect([problem.detail, problem.requestId]).toEqual(["HTTP 502", "r-2"]);
});
