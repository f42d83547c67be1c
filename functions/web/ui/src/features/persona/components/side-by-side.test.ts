import { expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { held } from "./side-by-side";

type Comparison = Schemas["PersonaComparison"];

const person = (id: string): Comparison["personas"][number] => ({
  id,
  full_name: id,
  age: 40,
  gender: "Female",
  location: "Łódź",
  occupation: "nurse",
  education_level: "Higher",
  segment_id: "seg",
  segment_name: "Segment",
  values: ["Health"],
  interests: [],
  big_five: {
    openness: 0.5,
    conscientiousness: 0.5,
    extraversion: 0.5,
    agreeableness: 0.5,
    neuroticism: 0.5,
  },
});
const comparison: Comparison = {
  personas: [person("a"), person("b")],
  differences: [
    {
      field: "income_bracket",
      values: [
        { persona_id: "a", value: "low" },
        { persona_id: "b", value: "high" },
      ],
    },
  ],
  explanations: [],
  similarity: {},
  reference_pairs: 1,
};

it("tells what each holds where they differ, also what the people themselves do not carry", () => {
  expect(comparison.personas.map((one) => held(comparison, one, "income_bracket"))).toEqual([
    "low",
    "high",
  ]);
});

it("where they do not differ it is what the first has, and an income that nobody told is none", () => {
  const same = { ...comparison, differences: [] };
  expect(held(same, person("a"), "occupation")).toBe("nurse");
  expect(held(same, person("a"), "openness")).toBe(0.5);
  expect(held(same, person("a"), "income_bracket")).toBeUndefined();
});
