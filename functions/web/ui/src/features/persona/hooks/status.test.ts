import { expect, it } from "vitest";
import { STATUSES, statusOf, ways } from "./status";

it.each([
  ["draft", "editor", ["active", "needs_review", "archived"]],
  ["active", "editor", ["needs_review", "archived"]],
  ["needs_review", "editor", ["draft", "archived"]],
  ["needs_review", "admin", ["draft", "active", "archived"]],
  ["archived", "editor", []],
  ["archived", "admin", ["active"]],
] as const)("from %s an %s is offered what the server allows", (from, role, to) => {
  expect(ways(from, role)).toEqual(to);
});

it("a viewer is offered nothing", () => {
  expect(STATUSES.flatMap((from) => ways(from, "viewer"))).toEqual([]);
});

it("a word that nobody knows is in doubt", () => {
  expect(statusOf("active")).toBe("active");
  expect(statusOf("deleted")).toBe("needs_review");
});
