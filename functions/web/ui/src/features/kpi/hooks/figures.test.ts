import { expect, it } from "vitest";
import { ProblemError } from "@/api/problem";
import { asDraft, asInputs, given, isMarked, lineErrors, segmentsOf } from "./figures";

const NOTHING = { project_id: "p", version: 0, inputs: null };

it("sends only the segments that have a figure, and nothing as zero", () => {
  const draft = asDraft(NOTHING);
  draft.rows = {
    all: { revenue: "1000", margin: "" },
    seg_students: { revenue: " " },
    seg_retired: { visits: "0" },
  };
  const sent = asInputs(draft);
  expect(given(draft)).toEqual(["all", "seg_retired"]);
  expect(sent.figures?.map(({ segment, revenue, visits }) => [segment, revenue, visits])).toEqual([
    [null, 1000, null],
    ["seg_retired", null, 0],
  ]);
  expect(sent.csv).toBeUndefined();
});

it("a spreadsheet stands in the place of the table, under the same currency", () => {
  const sent = asInputs({ ...asDraft(NOTHING), currency: " eur " }, "segment,revenue\nall,1\n");
  expect(sent).toMatchObject({ currency: "EUR", csv: "segment,revenue\nall,1\n" });
  expect(sent.figures).toBeUndefined();
});

it("what is stored comes back as it was written", () => {
  const draft = asDraft({
    ...NOTHING,
    inputs: {
      currency: "PLN",
      period: "yearly",
      basis: "gross",
      discount_rate: 0.1,
      figures: [{ segment: "seg_students", margin: 0.4 }],
      benchmarks: [{ metric: "cac", value: 80, source: "A report", published_on: "2025-03-01" }],
    },
  });
  expect(asInputs(draft)).toMatchObject({
    discount_rate: 0.1,
    figures: [{ segment: "seg_students", margin: 0.4, revenue: null }],
    benchmarks: [{ metric: "cac", value: 80, source: "A report", published_on: "2025-03-01" }],
  });
});

it("reads the segments of the template, also a name with a comma in quotes", () => {
  const template =
    '\ufeffsegment,name,revenue\r\nseg_a,"Middle, town",\r\nseg_b,"The ""old""",\r\nall,All customers,\r\n';
  expect(segmentsOf(template)).toEqual([
    { id: "seg_a", name: "Middle, town" },
    { id: "seg_b", name: 'The "old"' },
    { id: "all", name: "All customers" },
  ]);
});

it("knows what is shown beside its own field, and what is not", () => {
  const failure = (...fields: string[]) =>
    new ProblemError(
      422,
      "wrong",
      "invalid",
      null,
      fields.map((field) => ({ field, rule: "is wrong" })),
    );
  expect(isMarked(failure("figures.0.orders", "currency", "benchmarks.1.value"))).toBe(true);
  expect(isMarked(failure("figures.0.orders", "csv"))).toBe(false);
  expect(isMarked(failure())).toBe(false);
  expect(isMarked(new Error("figures.0.orders"))).toBe(false);
});

it("tells the wrong lines by number", () => {
  const failure = new ProblemError(422, "wrong", "invalid", null, [
    { field: "csv.3.margin", rule: "must be 0 to 1" },
    { field: "csv.1", rule: "has no column `profit`" },
    { field: "currency", rule: "must be three capital letters" },
  ]);
  expect(lineErrors(failure)).toEqual([
    { line: 3, column: "margin", rule: "must be 0 to 1" },
    { line: 1, column: null, rule: "has no column `profit`" },
  ]);
});
