import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { inEnglish, show } from "@/testing";
import type { Persona } from "../hooks/personas";
import { PeopleTable } from "./table";

beforeAll(inEnglish);
// nothing is laid out here: a window of twenty rows
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(880);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1_280);
});
afterEach(cleanup);

const people = (count: number) =>
  Array.from({ length: count }, (_, number) => ({
    id: `s${number}`,
    full_name: `Person ${number}`,
    age: 20 + (number % 60),
    status: "active",
  })) as Persona[];

async function table(count: number, sort?: string) {
  const onEnd = vi.fn();
  const all = people(count);
  const nothing = () => undefined;
  show(() => (
    <PeopleTable
      people={all}
      chosen={[]}
      sort={sort}
      desc
      onSort={nothing}
      onOpen={nothing}
      onChoose={nothing}
      onEnd={onEnd}
    />
  ));
  const scroller = await screen.findByRole("region", { name: "People" });
  const scrollTo = (top: number) => {
    scroller.scrollTop = top;
    fireEvent.scroll(scroller);
  };
  return { onEnd, scrollTo };
}
/** Without the head. */
const drawn = () => screen.getAllByRole("row").slice(1);

it("draws what is in sight of ten thousand people, at their beginning and at their end", async () => {
  const { onEnd, scrollTo } = await table(10_000);
  expect(screen.getByRole("table").getAttribute("aria-rowcount")).toBe("10001");
  expect(drawn()[0]?.textContent).toContain("Person 0");
  expect(drawn().length).toBeLessThan(60);
  expect(onEnd).not.toHaveBeenCalled();

  scrollTo(5_000 * 44);
  expect(screen.getByText("Person 5000")).toBeDefined();
  expect(drawn().length).toBeLessThan(60);
  expect(onEnd).not.toHaveBeenCalled();

  scrollTo(10_000 * 44);
  expect(drawn().at(-1)?.textContent).toContain("Person 9999");
  expect(drawn().length).toBeLessThan(60);
  expect(onEnd).toHaveBeenCalledOnce();
});

it("sorts all of them, drawn or not", async () => {
  await table(10_000, "age");
  expect(drawn()[0]?.textContent).toContain("79");
});

it("asks for no more people while all of them are in sight", async () => {
  const { onEnd } = await table(12);
  expect(drawn()).toHaveLength(12);
  expect(onEnd).not.toHaveBeenCalled();
});
