import { expect, it } from "vitest";
import { parts } from "./claims";

const text = "Fresh every week. Twice as cheap as a shop. Try it!";

it("marks a sentence where it stands, and nothing else", () => {
  expect(parts(text, ["Twice as cheap as a shop."])).toEqual([
    { text: "Fresh every week. ", isClaim: false },
    { text: "Twice as cheap as a shop.", isClaim: true },
    { text: " Try it!", isClaim: false },
  ]);
});

it.each([[[]], [["Nobody said this."]], [[" "]]])("leaves a text whole: %j", (claims) => {
  expect(parts(text, claims)).toEqual([{ text, isClaim: false }]);
});

it("loses no letter where claims overlap or come in another order", () => {
  const cut = parts(text, ["Twice as cheap as a shop. Try it!", "Fresh every week.", "Try it!"]);
  expect(cut.map((part) => part.text).join("")).toBe(text);
  expect(cut.filter((part) => part.isClaim)).toHaveLength(2);
});
