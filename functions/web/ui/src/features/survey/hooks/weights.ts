import type { Schemas } from "@/api/client";

/** What results can be weighted by, with the categories as the server names them. */
export const CATEGORIES = {
  age: ["18-24", "25-34", "35-44", "45-54", "55-64", "65+"],
  sex: ["female", "male"],
  education: ["primary", "vocational", "secondary", "higher"],
  income: ["bracket_1", "bracket_2", "bracket_3", "bracket_4", "bracket_5", "bracket_6"],
  place: ["urban", "rural"],
} as const;
export type WeightedBy = keyof typeof CATEGORIES;
export const ATTRIBUTES = Object.keys(CATEGORIES) as WeightedBy[];

/** Wished shares in per cent as they are being written, by attribute and category; an empty one is left as it is. */
export type WeightsDraft = Partial<Record<WeightedBy, Record<string, string>>>;

/** What is sent: shares of 1, and no attribute for which nothing is wished. */
export function asWeights(draft: WeightsDraft): Schemas["Design"]["weights"] {
  const wished = ATTRIBUTES.flatMap((attribute) => {
    const shares = Object.entries(draft[attribute] ?? {})
      .filter(([, share]) => share.trim() !== "")
      .map(([category, share]) => [category, Number(share) / 100] as const);
    return shares.length > 0 ? [[attribute, Object.fromEntries(shares)] as const] : [];
  });
  return Object.fromEntries(wished);
}

/** What the shares of an attribute come to, in per cent. */
export const sumOf = (shares: Record<string, string>) =>
  Object.values(shares).reduce((sum, share) => sum + (Number(share) || 0), 0);
