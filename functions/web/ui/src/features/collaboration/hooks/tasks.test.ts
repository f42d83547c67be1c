import { expect, it } from "vitest";
import { filtersOf } from "../tasks";
import { isOverdue, today } from "./tasks";

it("takes the filters from the address, and shows what is open where nobody says otherwise", () => {
  expect(filtersOf({}, "a1", "2026-12-01")).toEqual({ state: "open" });
  expect(filtersOf({ assignee: "me", state: "done" }, "a1", "2026-12-01")).toEqual({
    assignee: "a1",
    state: "done",
  });
  expect(filtersOf({ assignee: "none", state: "all" }, "a1", "2026-12-01")).toEqual({
    assignee: "none",
  });
  expect(filtersOf({ state: "made up" }, "a1", "2026-12-01")).toEqual({ state: "open" });
});

it("only what is open is late, from the day after it was due", () => {
  expect(filtersOf({ overdue: true, state: "done" }, "a1", "2026-12-01")).toEqual({
    state: "open",
    due_before: "2026-12-01",
  });
  const due = (due_on: string | null, state: "open" | "done" = "open") =>
    isOverdue({ due_on, state }, "2026-12-01");
  expect([due("2026-11-30"), due("2026-12-01"), due(null), due("2026-11-30", "done")]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

it("today is the reader's day, not Greenwich's", () => {
  expect(today(new Date(2026, 0, 2, 0, 5))).toBe("2026-01-02");
  expect(today(new Date(2026, 11, 31, 23, 55))).toBe("2026-12-31");
});
