/**
 * What the walks have to look at: by the place, a route with its view, and there each state that looks otherwise. A
 * unit test holds it against the router and against the walks: a new screen that nobody looks at fails.
 */
export const SCREENS: Record<string, string[]> = {
  "/": ["projects", "no projects", "invited"],
  "/sign-in": ["sign-in"],
  "/register": ["register"],
  "/forgot-password": ["forgot password", "link sent"],
  "/reset-password": ["reset password", "password set", "incomplete link"],
  "/verify": ["confirm address", "address confirmed"],
  "/invitation": ["invitation", "accept invitation"],
  "/settings": ["settings"],
  "/inbox": ["inbox", "nothing new"],
  "/projects/new": ["new project"],
  "/projects/$projectId": ["overview", "generated"],
  "/projects/$projectId/brief": ["brief", "delete project"],
  "/projects/$projectId/people?view=list": [
    "people",
    "nobody yet",
    "nobody matches",
    "import people",
    "imported before",
  ],
  "/projects/$projectId/people?view=population": ["population"],
  "/projects/$projectId/people?tab=overview": ["person", "metrics", "delete person"],
  "/projects/$projectId/people?tab=profile": ["profile"],
  "/projects/$projectId/people?tab=needs": ["needs as hypotheses", "needs with quotes"],
  "/projects/$projectId/people?tab=journey": ["no journey", "journey failed", "journey"],
  "/projects/$projectId/people?tab=messages": ["messages", "messages with a claim"],
  "/projects/$projectId/people?tab=insights": ["evidence"],
  "/projects/$projectId/people?tab=comments": ["no comments", "thread", "resolved thread"],
  "/projects/$projectId/people?tab=trail": ["audit trail"],
  "/projects/$projectId/people/compare": ["compare", "nobody to compare"],
  "/projects/$projectId/figures": ["own figures", "wrong figures", "wrong lines"],
  "/projects/$projectId/fidelity": ["fidelity"],
  "/projects/$projectId/focus-groups": ["focus groups", "no focus groups"],
  "/projects/$projectId/focus-groups/new": ["new focus group"],
  "/projects/$projectId/focus-groups/$groupId/edit": ["edit focus group"],
  "/projects/$projectId/focus-groups/$groupId?view=transcript": [
    "transcript",
    "focus group to come",
    "delete focus group",
  ],
  "/projects/$projectId/focus-groups/$groupId?view=summary": ["summary", "no summary"],
  "/projects/$projectId/focus-groups/$groupId?view=realism": ["realism"],
  "/projects/$projectId/focus-groups/$groupId?view=graph": ["concepts"],
  "/projects/$projectId/focus-groups/$groupId?view=comments": ["comments of a focus group"],
  "/projects/$projectId/surveys": ["surveys", "no surveys"],
  "/projects/$projectId/surveys/new": ["new survey", "preview", "survey refused"],
  "/projects/$projectId/surveys/$surveyId?view=results": ["results", "delete survey"],
  "/projects/$projectId/surveys/$surveyId?view=segments": ["segments"],
  "/projects/$projectId/surveys/$surveyId?view=people": ["answers of people"],
  "/projects/$projectId/surveys/$surveyId?view=questions": ["questions"],
  "/projects/$projectId/surveys/$surveyId?view=comments": ["comments of a survey"],
  "/projects/$projectId/documents": ["documents"],
  "/projects/$projectId/search": ["search"],
  "/projects/$projectId/runs": ["runs", "run under way", "run partly done"],
  "/projects/$projectId/tasks": ["tasks", "no such tasks"],
  "/projects/$projectId/members": ["members"],
  "/projects/$projectId/usage": ["usage"],
  nowhere: ["no such page"],
};

const routeOf = (place: string) => place.replace(/\?.*/, "");
const matches = (route: string, path: string) =>
  new RegExp(`^${route.replaceAll(/\$\w+/g, "[^/]+")}$`).test(path);

/** The place that an address shows: the route, and where it has views the one that is shown. */
export function placeAt(address: string): string {
  const { pathname, searchParams } = new URL(address);
  const places = Object.keys(SCREENS);
  const routes = places.map(routeOf);
  const route =
    routes.find((known) => known === pathname) ?? routes.find((known) => matches(known, pathname));
  if (!route) return "nowhere";
  // the drawer of a person lies above the table
  const param = searchParams.has("persona") ? "tab" : "view";
  const views = places.filter((place) => place.startsWith(`${route}?${param}=`));
  const wanted = `${route}?${param}=${searchParams.get(param)}`;
  return views.find((place) => place === wanted) ?? views[0] ?? route;
}

/** Where a screen has to be looked at, unless it is none of those above: a dialog, a state among others. */
export const placeOf = (screen: string) =>
  Object.keys(SCREENS).find((place) => SCREENS[place]?.includes(screen));
