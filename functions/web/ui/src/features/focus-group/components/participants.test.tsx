import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { inEnglish, show } from "@/testing";
import { Participants } from "./participants";

beforeAll(inEnglish);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const project = { id: "p", role: "editor" } as never;
const person = (number: number) => ({
  id: `s${number}`,
  full_name: `Person ${number}`,
  age: 40,
  occupation: "baker",
  location: "Łódź",
  segment_name: "Others",
});

/** 300 people, 250 a page; the server finds by name. */
function serve() {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async ({ url }: Request) => {
    asked.push(url);
    const { searchParams } = new URL(url);
    const words = searchParams.get("q") ?? "";
    const found = Array.from({ length: 300 }, (_, number) => person(number)).filter((one) =>
      one.full_name.includes(words),
    );
    const from = Number(searchParams.get("cursor") ?? 0);
    const headers = new Headers({ "x-total-count": String(found.length) });
    if (from + 250 < found.length) headers.set("x-next-cursor", String(from + 250));
    return Response.json(found.slice(from, from + 250), { headers });
  });
  return asked;
}

function showThem() {
  const held: { chosen: string[] } = { chosen: [] };
  show(() => {
    const [chosen, setChosen] = useState<string[]>([]);
    held.chosen = chosen;
    return <Participants project={project} chosen={chosen} onChange={setChosen} error={null} />;
  });
  return held;
}

it("lets somebody be chosen who is not among those that came first", async () => {
  serve();
  const held = showThem();
  const user = userEvent.setup();
  await screen.findByLabelText("Person 249, 40, baker");
  expect(screen.queryByLabelText("Person 299, 40, baker")).toBeNull();

  await user.click(screen.getByRole("button", { name: "Load more" }));
  await user.click(await screen.findByLabelText("Person 299, 40, baker"));

  expect(held.chosen).toEqual(["s299"]);
});

it("finds by the server, and keeps who was chosen before", async () => {
  const asked = serve();
  const held = showThem();
  const user = userEvent.setup();
  await user.click(await screen.findByLabelText("Person 7, 40, baker"));

  await user.type(screen.getByRole("searchbox"), "Person 29");
  await user.click(await screen.findByLabelText("Person 298, 40, baker"));

  expect(asked.at(-1)).toContain("q=Person");
  expect(screen.queryByLabelText("Person 7, 40, baker")).toBeNull();
  expect(held.chosen).toEqual(["s7", "s298"]);
});

it("still lets somebody look for others when nobody is found", async () => {
  serve();
  showThem();
  const user = userEvent.setup();
  await screen.findByLabelText("Person 1, 40, baker");
  await user.type(screen.getByRole("searchbox"), "Nobody");
  await screen.findByText("0 of 0 loaded");
  expect(screen.getByRole("searchbox")).toHaveProperty("value", "Nobody");
});
