import { expect, it } from "vitest";
import { personWish, type Wish } from "./exports";

const wish: Wish = { format: "json", bom: false, unmask: false, reason: null };

it("asks for all sections of a JSON, and leaves the other formats as they are", () => {
  expect(personWish(wish).sections).toEqual([
    "overview",
    "profile",
    "behaviors",
    "needs",
    "insights",
  ]);
  expect(personWish({ ...wish, format: "csv" })).not.toHaveProperty("sections");
});
