import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { currentSession } from "@/api/session";
import { type FacetSearch, facetSearch } from "@/features/persona/hooks/facets";
import { runFilter } from "@/features/run/hooks/runs";
import { ForgotPassword, Register, SignIn } from "@/features/session/screens";
import { NotFound, RouteFailure } from "./fallback";
import { Pending } from "./pending";
import { Shell } from "./shell";

type Context = { queryClient: QueryClient };

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const count = (value: unknown) =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;

const root = createRootRouteWithContext<Context>()({
  notFoundComponent: NotFound,
  errorComponent: RouteFailure,
});

/** Where somebody wanted to go before they were asked to sign in; never another site. */
const next = (search: Record<string, unknown>): { next?: string } => {
  const wanted = text(search.next);
  return { next: wanted?.startsWith("/") && !wanted.startsWith("//") ? wanted : undefined };
};

/** The thread that somebody came for, and which threads are shown; beside whatever has comments. */
type ThreadSearch = { thread?: string; threads?: string };
const threadSearch = (search: Record<string, unknown>): ThreadSearch => ({
  thread: text(search.thread),
  threads: text(search.threads),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: next,
  component: SignIn,
});
const register = createRoute({
  getParentRoute: () => root,
  path: "/register",
  validateSearch: next,
  component: Register,
});
const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  component: ForgotPassword,
});
const links = () => import("@/features/session/links");
const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  component: lazyRouteComponent(links, "ResetPassword"),
});
const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify",
  component: lazyRouteComponent(links, "Verify"),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyRouteComponent(links, "Invitation"),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  component: Shell,
  beforeLoad: ({ location }) => {
    if (!currentSession()) {
      throw redirect({ to: "/sign-in", search: { next: location.href } });
    }
  },
});
const projects = createRoute({
  getParentRoute: () => shell,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/project/list"), "Projects"),
});
const newProject = createRoute({
  getParentRoute: () => shell,
  path: "/projects/new",
  component: lazyRouteComponent(() => import("@/features/project/create"), "CreateProject"),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/setting/settings"), "Settings"),
});
const inbox = createRoute({
  getParentRoute: () => shell,
  path: "/inbox",
  validateSearch: (search: Record<string, unknown>): { unread?: boolean; comment?: string } => ({
    unread: search.unread === true ? true : undefined,
    comment: text(search.comment),
  }),
  component: lazyRouteComponent(() => import("@/features/collaboration/inbox"), "Inbox"),
});
const project = createRoute({
  getParentRoute: () => shell,
  path: "/projects/$projectId",
  component: lazyRouteComponent(() => import("@/features/project/layout"), "ProjectLayout"),
});
const overview = createRoute({
  getParentRoute: () => project,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/project/overview"), "Overview"),
});
const brief = createRoute({
  getParentRoute: () => project,
  path: "/brief",
  component: lazyRouteComponent(() => import("@/features/project/brief"), "Brief"),
});

const figures = createRoute({
  getParentRoute: () => project,
  path: "/figures",
  component: lazyRouteComponent(() => import("@/features/kpi/figures"), "Figures"),
});

/** The table's state lives in the address: it can be sent, kept and gone back to. */
export type PeopleSearch = {
  sort?: string;
  desc?: boolean;
  persona?: string;
  tab?: string;
  chosen?: string[];
  view?: string;
  population?: string;
} & FacetSearch &
  ThreadSearch;

/** At most three people, as they can be seen side by side. */
const three = (value: unknown) =>
  Array.isArray(value) ? value.filter((id) => typeof id === "string").slice(0, 3) : undefined;

const people = createRoute({
  getParentRoute: () => project,
  path: "/people",
  validateSearch: (search: Record<string, unknown>): PeopleSearch => ({
    ...facetSearch(search),
    sort: text(search.sort),
    desc: search.desc === true ? true : undefined,
    persona: text(search.persona),
    tab: text(search.tab),
    chosen: three(search.chosen),
    view: text(search.view),
    population: text(search.population),
    ...threadSearch(search),
  }),
  component: lazyRouteComponent(() => import("@/features/persona/people"), "People"),
});
const compare = createRoute({
  getParentRoute: () => project,
  path: "/people/compare",
  validateSearch: (search: Record<string, unknown>): { chosen: string[] } => ({
    chosen: three(search.chosen) ?? [],
  }),
  component: lazyRouteComponent(() => import("@/features/persona/compare"), "ComparePeople"),
});
const fidelity = createRoute({
  getParentRoute: () => project,
  path: "/fidelity",
  validateSearch: (search: Record<string, unknown>): { population?: string } => ({
    population: text(search.population),
  }),
  component: lazyRouteComponent(() => import("@/features/fidelity/fidelity"), "Fidelity"),
});
const groups = createRoute({
  getParentRoute: () => project,
  path: "/focus-groups",
  component: lazyRouteComponent(() => import("@/features/focus-group/list"), "FocusGroups"),
});
const newGroup = createRoute({
  getParentRoute: () => project,
  path: "/focus-groups/new",
  component: lazyRouteComponent(() => import("@/features/focus-group/edit"), "NewFocusGroup"),
});
const group = createRoute({
  getParentRoute: () => project,
  path: "/focus-groups/$groupId",
  validateSearch: (
    search: Record<string, unknown>,
  ): { view?: string; turn?: string } & ThreadSearch => ({
    view: text(search.view),
    turn: text(search.turn),
    ...threadSearch(search),
  }),
  component: lazyRouteComponent(() => import("@/features/focus-group/room"), "Room"),
});
const editGroup = createRoute({
  getParentRoute: () => project,
  path: "/focus-groups/$groupId/edit",
  component: lazyRouteComponent(() => import("@/features/focus-group/edit"), "EditFocusGroup"),
});
const surveys = createRoute({
  getParentRoute: () => project,
  path: "/surveys",
  component: lazyRouteComponent(() => import("@/features/survey/list"), "Surveys"),
});
const newSurvey = createRoute({
  getParentRoute: () => project,
  path: "/surveys/new",
  component: lazyRouteComponent(() => import("@/features/survey/create"), "CreateSurvey"),
});
const survey = createRoute({
  getParentRoute: () => project,
  path: "/surveys/$surveyId",
  validateSearch: (
    search: Record<string, unknown>,
  ): { view?: string; by?: string; question?: string } & ThreadSearch => ({
    view: text(search.view),
    by: text(search.by),
    question: text(search.question),
    ...threadSearch(search),
  }),
  component: lazyRouteComponent(() => import("@/features/survey/survey"), "Survey"),
});
const documents = createRoute({
  getParentRoute: () => project,
  path: "/documents",
  validateSearch: (search: Record<string, unknown>): { document?: string } => ({
    document: text(search.document),
  }),
  component: lazyRouteComponent(() => import("@/features/document/documents"), "Documents"),
});
const search = createRoute({
  getParentRoute: () => project,
  path: "/search",
  validateSearch: (search: Record<string, unknown>): { q?: string; top?: number } => ({
    q: text(search.q),
    top: count(search.top),
  }),
  component: lazyRouteComponent(() => import("@/features/search/search"), "Search"),
});
const runs = createRoute({
  getParentRoute: () => project,
  path: "/runs",
  validateSearch: runFilter,
  component: lazyRouteComponent(() => import("@/features/run/runs"), "Runs"),
});
/** Which tasks: whose (an account, `me` or `none`), in which state, and whether only those that are late. */
export type TaskSearch = { assignee?: string; state?: string; overdue?: boolean };
const tasks = createRoute({
  getParentRoute: () => project,
  path: "/tasks",
  validateSearch: (search: Record<string, unknown>): TaskSearch => ({
    assignee: text(search.assignee),
    state: text(search.state),
    overdue: search.overdue === true ? true : undefined,
  }),
  component: lazyRouteComponent(() => import("@/features/collaboration/tasks"), "Tasks"),
});
const members = createRoute({
  getParentRoute: () => project,
  path: "/members",
  component: lazyRouteComponent(() => import("@/features/member/members"), "Members"),
});
const usage = createRoute({
  getParentRoute: () => project,
  path: "/usage",
  component: lazyRouteComponent(() => import("@/features/usage/usage"), "Usage"),
});

const tree = root.addChildren([
  signIn,
  register,
  forgot,
  reset,
  verify,
  invitation,
  shell.addChildren([
    projects,
    newProject,
    settings,
    inbox,
    project.addChildren([
      overview,
      brief,
      people,
      compare,
      figures,
      fidelity,
      groups,
      newGroup,
      group,
      editGroup,
      surveys,
      newSurvey,
      survey,
      documents,
      search,
      runs,
      tasks,
      members,
      usage,
    ]),
  ]),
]);

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPendingComponent: Pending,
    defaultErrorComponent: RouteFailure,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
