import { expect, it } from "vitest";
import { asWeights, sumOf } from "./weights";

it("sends shares of 1, and leaves alone what is empty", () => {
  expect(
    asWeights({ sex: { female: "60", male: "" }, age: {}, place: { urban: "40", rural: "59.5" } }),
  ).toEqual({ sex: { female: 0.6 }, place: { urban: 0.4, rural: 0.595 } });
  expect(asWeights({})).toEqual({});
});

it("adds up what is written so far", () => {
  expect(sumOf({ female: "60", male: "" })).toBe(60);
  expect(sumOf({ female: "60", male: "half" })).toBe(60);
});
