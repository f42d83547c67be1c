import { QueryClient } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { VIEWS as GROUP } from "@/features/focus-group/room";
import { VIEWS as PERSON } from "@/features/persona/components/drawer";
import { VIEWS as PEOPLE } from "@/features/persona/people";
import { VIEWS as SURVEY } from "@/features/survey/survey";
import { placeAt, SCREENS } from "../../e2e/screens";
import { createConsoleRouter } from "./router";

const WALKS = Object.values(
  import.meta.glob<string>("../../e2e/*.walk.ts", {
    query: "?raw",
    import: "default",
    eager: true,
  }),
);

/** The views of the routes that have some, by the parameter that names them; the first is shown without it. */
const VIEWS: Record<string, [string, readonly string[]][]> = {
  "/projects/$projectId/people": [
    ["view", PEOPLE],
    ["tab", PERSON],
  ],
  "/projects/$projectId/focus-groups/$groupId": [["view", GROUP]],
  "/projects/$projectId/surveys/$surveyId": [["view", SURVEY]],
};

it("every route and every view of one has a screen that a walk looks at", () => {
  const routes = Object.keys(createConsoleRouter(new QueryClient()).routesByPath);
  const places = routes
    .map((route) => (route === "/" ? route : route.replace(/\/$/, "")))
    .flatMap((route) =>
      VIEWS[route]
        ? VIEWS[route].flatMap(([param, views]) => views.map((view) => `${route}?${param}=${view}`))
        : [route],
    );
  expect(places.length).toBeGreaterThan(30);
  const known = Object.keys(SCREENS).filter((place) => place !== "nowhere");
  expect(known.toSorted()).toEqual([...new Set(places)].toSorted());
});

it("every screen is looked at by a walk, under a name of its own", () => {
  const screens = Object.values(SCREENS).flat();
  const looked = WALKS.flatMap((walk) =>
    [...walk.matchAll(/\.look\("([^"]+)"\)/g)].map(([, screen]) => screen),
  );
  expect(screens.filter((screen) => !looked.includes(screen))).toEqual([]);
  expect(new Set(screens).size).toBe(screens.length);
});

it.each([
  ["/projects/new", "/projects/new"],
  ["/projects/p", "/projects/$projectId"],
  ["/projects/p/people?persona=s", "/projects/$projectId/people?tab=overview"],
  ["/projects/p/people?persona=s&tab=needs", "/projects/$projectId/people?tab=needs"],
  ["/projects/p/people?tab=needs", "/projects/$projectId/people?view=list"],
  ["/projects/p/surveys/s?view=nothing", "/projects/$projectId/surveys/$surveyId?view=results"],
  ["/elsewhere", "nowhere"],
])("the place of %s is %s", (address, place) => {
  expect(placeAt(`http://sight.example${address}`)).toBe(place);
});
