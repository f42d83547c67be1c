import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { inEnglish, show } from "@/testing";
import type { Report } from "../hooks/fidelity";
import { Twins } from "./twins";

beforeAll(inEnglish);
afterEach(cleanup);

const person = (number: number) => ({
  id: `s${number}`,
  full_name: `Person ${number}`,
  population_index: number,
});

const pair = (numbers: [number, number] | null, jaccard = 0.5) => ({
  first: numbers?.[0] ?? 0,
  second: numbers?.[1] ?? 1,
  jaccard,
  numbers,
});

function showThem({ closest = [pair([611, 4_000])], pairs = 1, people = [611, 4_000] } = {}) {
  const report = {
    people: 5_000,
    requested: 5_000,
    near_duplicates: { threshold: 0.3, people: 2, pairs, exact: false, closest },
    near_duplicate_people: people.map(person),
  } as unknown as Report;
  const onOpen = vi.fn();
  const loaded = [person(0), person(1)];
  show(() => <Twins projectId="p" report={report} loaded={loaded} onOpen={onOpen} />);
  return onOpen;
}

const list = () => screen.findByRole("list", { name: "Near duplicates" });

it("names pairs of the whole population, also of people who are not loaded, and leads to both", async () => {
  const onOpen = showThem();
  const line = within(await list());
  await userEvent.click(line.getByRole("button", { name: "Person 4000" }));
  expect(onOpen).toHaveBeenCalledWith("s4000");
  const link = line.getByRole("link", { name: "Compare: Person 611, Person 4000" });
  expect(link.getAttribute("href")).toMatch(/\/projects\/p\/people\/compare\?.*s611.*s4000/);
  expect(screen.queryByText(/from before/)).toBeNull();
  expect(screen.queryByText(/pairs are shown/)).toBeNull();
});

it("says how many of the pairs it shows", async () => {
  showThem({ closest: [pair([611, 4_000]), pair([4, 5], 0.1)], pairs: 345 });
  await screen.findByText(/1 of 345 near-duplicate pairs are shown\./);
});

it("leads nowhere to somebody who is gone", async () => {
  showThem({ people: [611] });
  const line = within(await list());
  line.getByText(/person no\. 4001/);
  expect(line.queryByRole("link")).toBeNull();
});

it("looks among the loaded people for who an old report means, and says so", async () => {
  showThem({ closest: [pair(null)], people: [] });
  await screen.findByText(/looked up among the 2 people loaded here/);
  within(await list()).getByRole("button", { name: "Person 1" });
});
