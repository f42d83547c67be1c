import { expect, it } from "vitest";
import { beginsMention, found, stillNamed, textParts } from "./mentions";

const ana = { id: "a1", name: "Ana" };
const anaNowak = { id: "a2", name: "Ana Nowak" };

it("cuts a text at its mentions, the longest name first, and leaves everything else a text", () => {
  expect(textParts("Ask @Ana Nowak or @Ana <b>now</b>", [ana, anaNowak])).toEqual([
    { text: "Ask ", isMention: false },
    { text: "@Ana Nowak", isMention: true },
    { text: " or ", isMention: false },
    { text: "@Ana", isMention: true },
    { text: " <b>now</b>", isMention: false },
  ]);
  expect(textParts("", [ana])).toEqual([]);
});

it("mentions each person once, and nobody whose name was deleted again", () => {
  expect(stillNamed("Ask @Ana Nowak", [anaNowak, anaNowak, { id: "a3", name: "Jan" }])).toEqual([
    anaNowak,
  ]);
});

it.each([
  ["@", 1, true],
  ["Ask @", 5, true],
  ["(@", 2, true],
  ["ana@", 4, false],
  ["Ask @ana", 8, false],
])("an @ begins a mention where a word may begin: %s", (text, caret, begins) => {
  expect(beginsMention(text, caret)).toBe(begins);
});

it("finds members by any part of a name or an address, with or without its marks", () => {
  const members = [
    { full_name: "Łukasz Żak", email: "lz@example.com" },
    { full_name: "Ana Nowak", email: "ana@example.com" },
  ];
  const names = (words: string) => found(members, words).map(({ full_name }) => full_name);
  expect(names("zak luk")).toEqual(["Łukasz Żak"]);
  expect(names("ana@")).toEqual(["Ana Nowak"]);
  expect(names("")).toHaveLength(2);
  expect(names("z nobody")).toEqual([]);
});
