import { useSearch } from "@tanstack/react-router";
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { keepSession } from "@/api/session";
import { inEnglish, show } from "@/testing";
import type { FacetSearch } from "../hooks/facets";
import { Facets, Nobody } from "./facets";

beforeAll(inEnglish);
beforeEach(() => keepSession({ user: { id: "ada" }, access_token: "a", expires_in: 999 } as never));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** A server where this many people have all of a filter; of the summary it knows one segment. */
const peopleBy = (count: (asked: URLSearchParams) => number) =>
  vi.stubGlobal("fetch", async (request: Request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.endsWith("/summary")) {
      const segment = { segment_id: "seg_a", segment_name: "Students", active_personas: 3 };
      return Response.json({ active_personas: 12, segments: [segment] });
    }
    return Response.json([], { headers: { "x-total-count": `${count(searchParams)}` } });
  });

const facets = async (search: FacetSearch) => {
  const { router } = show(() => <Facets projectId="p" />);
  await screen.findByText("More filters");
  await router.navigate({ to: "/", search } as never);
  return { address: () => router.state.location.search as FacetSearch };
};

it("keeps every choice in the address, and leaves one or all of them out again", async () => {
  peopleBy(() => 1);
  const { address } = await facets({});
  fireEvent.click(screen.getByText("More filters"));
  for (const [label, value] of [
    ["Segment", "seg_a"],
    ["Age", "75+"],
    ["Voivodeship", "mazowieckie"],
    ["Town or village", "rural"],
    ["Education", "master"],
    ["Activity", "retired"],
    ["Occupation", "elementary"],
  ] as const) {
    if (value === "seg_a") await screen.findByRole("option", { name: "Students (3)" });
    fireEvent.change(screen.getByLabelText(label), { target: { value } });
    await waitFor(() => expect(Object.values(address())).toContain(value));
  }
  expect(screen.getByRole("list", { name: "Filters" }).children).toHaveLength(7);
  fireEvent.click(screen.getByRole("button", { name: "Leave out Education: Master’s degree" }));
  await waitFor(() => expect(address()).not.toHaveProperty("education"));
  fireEvent.click(screen.getByRole("button", { name: "Clear all filters" }));
  await waitFor(() => expect(address()).toEqual({}));
  expect(screen.queryByRole("list", { name: "Filters" })).toBeNull();
});

function Emptied() {
  return <Nobody projectId="p" asked={useSearch({ strict: false })} />;
}
const emptied = async (search: FacetSearch) => {
  const { router } = show(() => <Emptied />);
  await router.navigate({ to: "/", search } as never);
  await screen.findByText("Nobody matches");
  return { address: () => router.state.location.search as FacetSearch };
};

it("says which filter emptied the list, and leaves it out", async () => {
  peopleBy((asked) => (asked.has("region") ? 0 : 4));
  const { address } = await emptied({ gender: "female", region: "opolskie" });
  const because = await screen.findByRole("button", {
    name: "Without Voivodeship: opolskie there would be 4 people.",
  });
  expect(screen.queryByText(/Without Gender/)).toBeNull();
  fireEvent.click(because);
  await waitFor(() => expect(address()).toEqual({ gender: "female" }));
});

it("says that it takes more than one filter, where no one of them alone empties the list", async () => {
  peopleBy((asked) => (asked.has("region") || asked.has("gender") ? 0 : 4));
  await emptied({ gender: "female", region: "opolskie" });
  await screen.findByText(/^No filter alone empties the list/);
});
