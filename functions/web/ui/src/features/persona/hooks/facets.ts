import type { operations } from "@/api/schema";
import { STATUSES } from "./status";

type Asked = NonNullable<operations["get_projects_project_id_personas"]["parameters"]["query"]>;

/** Whom of the people. The server looks: among all of them, and not among those who are loaded. */
export type PeopleFilter = Omit<Asked, "cursor" | "skip" | "limit">;

/** Every word of the API, so that one that has no text here does not compile. */
type Words<K extends keyof PeopleFilter> = Record<NonNullable<PeopleFilter[K]>, true>;
const GENDER: Words<"gender"> = { female: true, male: true, non_binary: true };
const PLACE: Words<"place"> = { urban: true, rural: true };
const EDUCATION: Words<"education"> = {
  primary: true,
  lower_secondary: true,
  basic_vocational: true,
  general_secondary: true,
  technical_secondary: true,
  post_secondary: true,
  bachelor: true,
  master: true,
  doctorate: true,
};
const ACTIVITY: Words<"activity"> = {
  employed: true,
  unemployed: true,
  student: true,
  retired: true,
  inactive: true,
};
const OCCUPATION: Words<"occupation_group"> = {
  managers: true,
  professionals: true,
  technicians: true,
  clerical_support: true,
  service_and_sales: true,
  skilled_agricultural: true,
  craft_and_trades: true,
  machine_operators: true,
  elementary: true,
  armed_forces: true,
};
/** The age groups of a target, from year to year; nobody is younger than the first or older than the last. */
const AGES: Record<string, [number, number?]> = {
  "18-24": [18, 24],
  "25-34": [25, 34],
  "35-44": [35, 44],
  "45-54": [45, 54],
  "55-64": [55, 64],
  "65-74": [65, 74],
  "75+": [75],
};

const words = <T extends string>(of: Record<T, true>) => Object.keys(of) as T[];

/** What each closed facet may be, in the order in which it is offered. */
export const VALUES = {
  gender: words(GENDER),
  status: STATUSES,
  age: Object.keys(AGES),
  place: words(PLACE),
  education: words(EDUCATION),
  activity: words(ACTIVITY),
  occupation: words(OCCUPATION),
} as const;

/** Everything that people are filtered by, by its name in the address. */
export const FACETS = [
  "q",
  "segment",
  "status",
  "gender",
  "age",
  "region",
  "place",
  "education",
  "activity",
  "occupation",
] as const;
export type Facet = (typeof FACETS)[number];
export type FacetSearch = Partial<Record<Facet, string>>;

/** What an address says of facets. */
export const facetSearch = (search: Record<string, unknown>): FacetSearch =>
  Object.fromEntries(FACETS.map((facet) => [facet, text(search[facet])]));

/** The facets that an address filters by: of the closed ones those that have the value. */
export const activeOf = (search: FacetSearch): Facet[] =>
  FACETS.filter((facet) => {
    const value = text(search[facet]);
    return value && (!(facet in VALUES) || (VALUES as Known)[facet]?.includes(value));
  });
type Known = Partial<Record<Facet, readonly string[]>>;

/** What of an address is a filter: what it has of another time is none. */
export const filterOf = (search: Record<string, unknown>): PeopleFilter => {
  const one = <T extends string>(values: readonly T[], value: unknown) =>
    values.find((known) => known === value);
  const [age_min, age_max] = AGES[one(VALUES.age, search.age) ?? ""] ?? [];
  return {
    q: text(search.q),
    segment_id: text(search.segment),
    gender: one(VALUES.gender, search.gender),
    status: one(VALUES.status, search.status),
    age_min,
    age_max,
    region: text(search.region),
    place: one(VALUES.place, search.place),
    education: one(VALUES.education, search.education),
    activity: one(VALUES.activity, search.activity),
    occupation_group: one(VALUES.occupation, search.occupation),
  };
};

function text(value: unknown) {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}
