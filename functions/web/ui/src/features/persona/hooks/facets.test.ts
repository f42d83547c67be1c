import { expect, it } from "vitest";
import { activeOf, filterOf } from "./facets";

it("asks the API for what an address filters by", () => {
  const search = {
    q: "Ana",
    segment: "seg_retired_rural",
    gender: "non_binary",
    status: "archived",
    age: "65-74",
    region: "mazowieckie",
    place: "rural",
    education: "basic_vocational",
    activity: "retired",
    occupation: "managers",
  };
  expect(filterOf(search)).toEqual({
    q: "Ana",
    segment_id: "seg_retired_rural",
    gender: "non_binary",
    status: "archived",
    age_min: 65,
    age_max: 74,
    region: "mazowieckie",
    place: "rural",
    education: "basic_vocational",
    activity: "retired",
    occupation_group: "managers",
  });
  expect(activeOf(search)).toHaveLength(10);
  expect(filterOf({ age: "75+" })).toMatchObject({ age_min: 75, age_max: undefined });
});

it("asks for nothing that the API does not know, and does not call that a filter", () => {
  const search = { q: "  ", gender: "Kobieta", status: "gone", age: "12-17", education: "some" };
  expect(Object.values(filterOf({ ...search, segment: 7 })).every((one) => one === undefined)).toBe(
    true,
  );
  expect(activeOf(search)).toEqual([]);
});
