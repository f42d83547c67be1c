import { cleanup, render, screen, within } from "@testing-library/react";
import { afterEach, beforeAll, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { inEnglish } from "@/testing";
import { SegmentTests } from "./segment-tests";

beforeAll(inEnglish);
afterEach(cleanup);

const test = (is_reliable = true): Schemas["Association"] => ({
  test: is_reliable ? "kruskal_wallis" : "chi_square",
  statistic: 9.1,
  degrees_of_freedom: 1,
  p_value: 0.002,
  effect: 0.2,
  is_reliable,
});
const line = (part: string) => {
  const list = screen.getByRole("list", { name: "Tests by row or option" });
  const found = within(list)
    .getAllByRole("listitem")
    .find((one) => one.textContent?.startsWith(part));
  return found?.textContent;
};

it("shows each row of a matrix with its own corrected p value", () => {
  const tests = [
    { part: "price", test: test(), adjusted_p: 0.004 },
    { part: "taste", test: test(), adjusted_p: 0.62 },
    { part: "look", test: null, adjusted_p: null },
  ];
  render(<SegmentTests cell={{ test: null, adjusted_p: null, tests }} />);
  expect(line("price")).toContain("groups differ, p = 0.004");
  expect(line("taste")).toContain("no difference shown, p = 0.620");
  expect(line("look")).toContain("not tested");
  expect(screen.getAllByText("not tested")).toHaveLength(1);
  expect(screen.queryByText(/cannot be relied on/)).toBeNull();
});

it("says of an option that few chose that its p value cannot be relied on", () => {
  const tests = [
    { part: "often", test: test(), adjusted_p: 0.004 },
    { part: "seldom", test: test(false), adjusted_p: null },
  ];
  render(<SegmentTests cell={{ test: null, adjusted_p: null, tests }} />);
  expect(line("often")).toContain("p = 0.004");
  expect(line("seldom")).toContain("too few for a test");
  screen.getByText(/cannot be relied on/);
});

it("shows one verdict of a question with one answer", () => {
  render(<SegmentTests cell={{ test: test(), adjusted_p: 0.03 }} />);
  screen.getByText("groups differ, p = 0.030");
  expect(screen.queryByRole("list")).toBeNull();
});
