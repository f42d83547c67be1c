import { expect, it } from "vitest";
import { scale } from "./histogram";

const category = (achieved: number, noise: number[]) => ({
  key: String(achieved),
  display: "",
  achieved,
  noise,
  expected: 0,
  observed: 0,
  target: 0,
});

it("the tallest mark reaches the top, be it a share or the reach of chance", () => {
  expect(scale([category(0.2, [0.1, 0.3]), category(0.4, [0.1, 0.2])])(0.4)).toBe(100);
  expect(scale([category(0.2, [0.1, 0.5])])(0.25)).toBe(50);
});

it("without anybody nothing is taller than the chart", () => {
  expect(scale([category(0, [0, 0])])(1)).toBe(100);
});
