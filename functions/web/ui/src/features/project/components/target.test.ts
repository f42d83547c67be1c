import { expect, it } from "vitest";
import { asShares, asSliders } from "./target";

it("sends shares that add up to one, and keeps a label that nobody may have", () => {
  const shares = asShares({ gender: { Female: 60, Male: 20, "Non-binary": 0 } });
  expect(shares).toEqual({ gender: { Female: 0.75, Male: 0.25, "Non-binary": 0 } });
});

it("shows stored shares as sliders that come to the same shares again", () => {
  const stored = { age_group: { "18-24": 0.25, "25-34": 0.75 } };
  expect(asShares(asSliders(stored))).toEqual(stored);
  const weights = asSliders({ age_group: { "18-24": 300, "25-34": 900 } });
  expect(Math.max(...Object.values(weights.age_group ?? {}))).toBe(100);
});

it("leaves weights that are all zero for the server to refuse", () => {
  expect(asShares({ gender: { Female: 0 } })).toEqual({ gender: { Female: 0 } });
});
