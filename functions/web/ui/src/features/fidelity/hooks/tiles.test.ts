import { expect, it } from "vitest";
import { COLUMNS, ROWS, TILES } from "./tiles";

it("every voivodeship has a place and a code of its own, inside the map", () => {
  const tiles = Object.values(TILES);
  expect(tiles).toHaveLength(16);
  expect(new Set(tiles.map(({ code }) => code)).size).toBe(16);
  expect(new Set(tiles.map(({ column, row }) => `${column} ${row}`)).size).toBe(16);
  expect(tiles.every(({ column, row }) => column < COLUMNS && row < ROWS)).toBe(true);
});

it("the keys are composed letters, as the engine writes them", () => {
  for (const key of Object.keys(TILES)) expect(key).toBe(key.normalize("NFC"));
});
