import { expect, it } from "vitest";
import { isFigure, type Snapshot, trend, written } from "./metrics";

const write = {
  number: (n: number, digits = 0) => n.toFixed(digits),
  percent: (n: number) => `${(n * 100).toFixed(1)} %`,
};

it.each([
  ["segment_size", "people", 1234, "1234"],
  ["conversion_rate", "share", 0.124, "12.4 %"],
  ["nps_score", "points", -12.34, "-12.3"],
  ["cac_ltv_ratio", "%", 33.3, "33.3 %"],
  ["ltv", "PLN", 1234.5, "PLN 1,235"],
  ["cac", "PLN", 12.5, "PLN 12.50"],
  ["cac", "", 12.5, "12.5"],
] as const)("writes %s in its unit", (metric, unit, value, text) => {
  expect(written(metric, unit, "en", write)(value).replace(/\u00a0/g, " ")).toBe(text);
});

it("tells a figure from the reason why there is none", () => {
  expect(isFigure({ absent_because: "nobody was asked" })).toBe(false);
});

it("draws a line from the oldest value to the newest and leaves out what was not known", () => {
  const worth = (ltv: object) => ({ metrics: { ltv } }) as unknown as Snapshot;
  const history = [
    worth({ value: 3 }),
    worth({ absent_because: "no figures" }),
    worth({ value: 1 }),
  ];
  expect(trend(history, "ltv")).toEqual([1, 3]);
  expect(trend(history, "cac")).toEqual([]);
});
