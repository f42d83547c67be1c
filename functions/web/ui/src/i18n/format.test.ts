import { expect, it } from "vitest";
import { pValue } from "./format";

const number = (value: number, digits: number) => value.toFixed(digits);

it.each([
  [0, "p < 0.001"],
  [0.0004, "p < 0.001"],
  [0.0312, "p = 0.031"],
  [0.9996, "p > 0.999"],
  [1, "p > 0.999"],
])("never writes a p value of zero or one: %d", (p, text) => {
  expect(pValue(p, number)).toBe(text);
});
