import { expect, it } from "vitest";
import { filterOf } from "./personas";

it("asks the API for what an address filters by, and for nothing that the API does not know", () => {
  expect(
    filterOf({ q: "Ana", segment: "seg_retired_rural", gender: "non_binary", status: "archived" }),
  ).toEqual({
    q: "Ana",
    segment_id: "seg_retired_rural",
    gender: "non_binary",
    status: "archived",
  });
  const nothing = { q: undefined, segment_id: undefined, gender: undefined, status: undefined };
  expect(filterOf({ q: "  ", gender: "Kobieta", status: "gone", segment: 7 })).toEqual(nothing);
});
