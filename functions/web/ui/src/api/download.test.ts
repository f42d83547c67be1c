import { expect, it } from "vitest";
import { fileName } from "./download";

it.each([
  ['attachment; filename="persona.zip"', "persona.zip"],
  ["attachment", null],
  [null, null],
])("reads the name that the server gives a file: %s", (header, name) => {
  expect(fileName(header)).toBe(name);
});
