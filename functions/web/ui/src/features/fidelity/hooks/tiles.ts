/** A voivodeship's short name and its place in the tile map: neighbours there are neighbours. */
export type Tile = { code: string; column: number; row: number };

const tile = (code: string, column: number, row: number): Tile => ({ code, column, row });

/** By the engine's key. */
export const TILES: Record<string, Tile> = {
  zachodniopomorskie: tile("ZP", 0, 0),
  pomorskie: tile("PM", 1, 0),
  "warmińsko-mazurskie": tile("WN", 2, 0),
  podlaskie: tile("PD", 3, 0),
  lubuskie: tile("LB", 0, 1),
  wielkopolskie: tile("WP", 1, 1),
  "kujawsko-pomorskie": tile("KP", 2, 1),
  mazowieckie: tile("MZ", 3, 1),
  dolnośląskie: tile("DS", 0, 2),
  opolskie: tile("OP", 1, 2),
  łódzkie: tile("LD", 2, 2),
  świętokrzyskie: tile("SK", 3, 2),
  lubelskie: tile("LU", 4, 2),
  śląskie: tile("SL", 2, 3),
  małopolskie: tile("MP", 3, 3),
  podkarpackie: tile("PK", 4, 3),
};

export const COLUMNS = 5;
export const ROWS = 4;
