import { afterAll, beforeAll, expect, it } from "vitest";
import { systemIsUp, Visitor } from "./browser";
import { Account, PASSWORD } from "./seeded";

/** What each role is offered: nothing that would be refused. */
let vera: Visitor;
let owner: Account;
let viewer: Account;
let project = "";
let survey = "";
let group = "";
/** A talk that was had, and a survey that was answered. */
let talked = "";
let answered = "";

beforeAll(async () => {
  await systemIsUp();
  owner = await Account.register("Olga");
  viewer = await Account.register("Vera");
  await Promise.all([owner.verify(), viewer.verify()]);
  project = await owner.projectWith(12);
  const people = await owner.call<{ id: string }[]>("GET", `/projects/${project}/personas`);
  ({ id: group } = await owner.call<{ id: string }>("POST", `/projects/${project}/focus-groups`, {
    name: "First talk",
    questions: ["What decides where you buy vegetables?"],
    persona_ids: people.slice(0, 3).map((person) => person.id),
  }));
  ({ id: survey } = await owner.call<{ id: string }>("POST", `/projects/${project}/surveys`, {
    title: "Do people want it?",
    target_responses: 12,
    questions: [{ id: "q1", type: "nps", title: "Would you recommend it?" }],
  }));
  const ids = people.slice(3, 6).map((person) => person.id);
  talked = await owner.talk(project, ids, "A talk that was had");
  ({ id: answered } = await owner.call<{ id: string }>("POST", `/projects/${project}/surveys`, {
    title: "What was answered",
    target_responses: 12,
    questions: [{ id: "q1", type: "nps", title: "Would you recommend it?" }],
  }));
  await owner.run(`/surveys/${answered}/run`);
  await owner.letIn(viewer, project, "viewer");
  vera = await Visitor.come();
  await vera.signIn(viewer.email, PASSWORD);
});
afterAll(async () => vera?.leave());

/** What changes something, by what it is called. */
const CHANGES =
  /generate|save|delete|upload|new (project|survey|focus group|task)|mention|^send$|reply|resolve|reopen|edit|set it up|let them talk|ask them|recalculate|compute|replace by|make a link|revoke|change the (status|focus group)|invite|remove$|^cancel$|sum (it up|up again)|build the graph|try the failed|add a|draft (them|all)|import people|write (it|the (journey|messages))/i;

/** Nobody but admins leaves the mask off; every screen of a project by its path. */
const SCREENS = [
  ["", "Green Box"],
  ["/brief", "Brief and target"],
  ["/people", "People"],
  ["/figures", "Own figures"],
  ["/fidelity", "Fidelity"],
  ["/focus-groups", "Focus groups"],
  ["/surveys", "Surveys"],
  ["/documents", "Documents"],
  ["/search", "Search"],
  ["/tasks", "Tasks"],
  ["/runs", "Runs"],
  ["/members", "Members"],
  ["/usage", "Usage and budget"],
] as const;

const offered = async ({ page }: Visitor = vera) => {
  // a link to a turn of the page is called by what was said there: that it is meant to save time offers nothing
  const links = page.getByRole("link").and(page.locator(':not([href^="#turn-"])'));
  const names = await Promise.all(
    [page.getByRole("button"), links].map((all) => all.allInnerTexts()),
  );
  return names.flat().filter((name) => CHANGES.test(name));
};
const settled = () => vera.page.waitForLoadState("networkidle");

it.each(SCREENS)("a viewer is offered no change at %s", async (path, title) => {
  const refused: string[] = [];
  const listen = (response: { status: () => number; url: () => string }) => {
    if (response.status() === 403) refused.push(response.url());
  };
  vera.page.on("response", listen);
  await vera.page.goto(`/projects/${project}${path}`);
  await vera.heading(title).waitFor();
  await settled();
  expect(await offered()).toEqual([]);
  expect(refused).toEqual([]);
  vera.page.off("response", listen);
});

it("nor in a person's drawer, whose links and masked files they may see", async () => {
  await vera.page.goto(`/projects/${project}/people`);
  await vera.page.getByRole("cell").getByRole("button").first().click();
  await vera.drawer().getByText("An editor can compute them.").waitFor();
  for (const tab of [
    "Profile",
    "Needs",
    "Journey",
    "Messages",
    "Evidence",
    "Comments",
    "Audit trail",
    "Overview",
  ]) {
    await vera.drawer().getByRole("tab", { name: tab }).click();
    await settled();
    expect(await offered()).toEqual([]);
  }
  await vera.drawer().getByRole("tab", { name: "Journey" }).click();
  await vera.drawer().getByText("An editor can have it written.").waitFor();
  await vera.drawer().getByRole("tab", { name: "Messages" }).click();
  await vera.drawer().getByText("Messages take the role of an editor").waitFor();
  await vera.look("messages for a viewer");
  await vera.drawer().getByRole("tab", { name: "Overview" }).click();
  await vera.look("person for a viewer");
  await vera.button("Share").click();
  await vera.page.getByText("No links yet.").waitFor();
  expect(await offered()).toEqual([]);
  await vera.page.keyboard.press("Escape");
  await vera.drawer().getByRole("button", { name: "Export" }).click();
  await vera.page.getByText(/^Masked: initials/).waitFor();
  expect(await vera.field("Not masked").count()).toBe(0);
});

it("nor in a focus group or a survey", async () => {
  for (const [path, name] of [
    [`/focus-groups/${group}`, "First talk"],
    [`/surveys/${survey}`, "Do people want it?"],
  ] as const) {
    await vera.page.goto(`/projects/${project}${path}`);
    await vera.heading(name).waitFor();
    await settled();
    expect(await offered()).toEqual([]);
  }
});

/** What is read of each view once it is there; how people's answers are uploaded is none of it. */
const TALKED = [
  ["transcript", "Why this speaker"],
  ["summary", "No summary yet"],
  ["realism", "Words in a turn"],
  ["graph", /^(Choose a person or a concept|No graph yet)/],
  ["comments", "No open comments"],
] as const;
const ANSWERED = [
  ["results", /95%: \d+%–\d+%/],
  ["segments", /^p values are corrected over the whole table/],
  ["people", "No answers of people yet"],
  ["questions", /Would you recommend it\?/],
  ["comments", "No open comments"],
] as const;
const isRead = async (path: string, says: string | RegExp, { page }: Visitor = vera) => {
  await page.goto(`/projects/${project}${path}`);
  await page.getByText(says).first().waitFor();
  await page.waitForLoadState("networkidle");
};
/** Opens what takes a file away, in which admins alone leave the mask off. */
const masked = async (visitor: Visitor) => {
  await visitor.button("Export").click();
  await visitor.page.getByText(/^Masked: initials/).waitFor();
  expect(await visitor.field("Not masked").count()).toBe(0);
  await visitor.page.keyboard.press("Escape");
};

it.each(TALKED)("nor at the %s of a talk that was had", async (view, says) => {
  await isRead(`/focus-groups/${talked}?view=${view}`, says);
  expect(await offered()).toEqual([]);
});

it("nor where a talk is summed up; its files are masked", async () => {
  const { run_id } = await owner.call<{ run_id?: string }>(
    "POST",
    `/focus-groups/${talked}/ai-summary`,
  );
  // one that is not ready in time is written by a run
  if (run_id) await owner.succeeded(run_id);
  await isRead(`/focus-groups/${talked}?view=summary`, /^Findings$/);
  expect(await offered()).toEqual([]);
  await masked(vera);
});

it.each(ANSWERED)("nor at the %s of a survey that was answered", async (view, says) => {
  await isRead(`/surveys/${answered}?view=${view}`, says);
  expect(await offered()).toEqual([]);
  expect(await vera.page.getByLabel("CSV file").count()).toBe(0);
  if (view === "results") await masked(vera);
});

it("an editor is offered to delete what they made, and nothing of others", async () => {
  const editor = await Account.register("Edith");
  await editor.verify();
  await owner.letIn(editor, project, "editor");
  const ids = async () =>
    (await editor.call<{ id: string }[]>("GET", `/projects/${project}/personas`)).map(
      ({ id }) => id,
    );
  const others = await ids();
  await editor.run(`/projects/${project}/populations`, { people: 1, seed: 8 });
  const own = (await ids()).find((id) => !others.includes(id));
  const { id: talk } = await editor.call<{ id: string }>(
    "POST",
    `/projects/${project}/focus-groups`,
    { name: "Her own talk", questions: ["Why?"], persona_ids: [own] },
  );
  const edith = await Visitor.come();
  await edith.signIn(editor.email, PASSWORD);
  for (const [person, isHers] of [
    [others[0], false],
    [own, true],
  ] as const) {
    await edith.page.goto(`/projects/${project}/people?persona=${person}`);
    await edith.drawer().getByRole("tab", { name: "Overview" }).waitFor();
    expect(await edith.drawer().getByRole("button", { name: "Delete" }).count()).toBe(+isHers);
  }
  for (const [id, name, isHers] of [
    [group, "First talk", false],
    [talk, "Her own talk", true],
  ] as const) {
    await edith.page.goto(`/projects/${project}/focus-groups/${id}`);
    await edith.heading(name).waitFor();
    expect(await edith.button("Delete").count()).toBe(+isHers);
  }
  await isRead(`/focus-groups/${talked}?view=summary`, /^Findings$/, edith);
  await edith.button("Sum up again").waitFor();
  await isRead(`/surveys/${answered}?view=people`, "No answers of people yet", edith);
  await edith.field("CSV file").waitFor();
  // surveys are deleted by admins
  expect(await edith.button("Delete").count()).toBe(0);
  await masked(edith);
  expect(edith.complaints).toEqual([]);
  await edith.leave();
});

it("the same look finds what an admin is offered there: it would find it here", async () => {
  const olga = await Visitor.come();
  await olga.signIn(owner.email, PASSWORD);
  for (const [path, title] of SCREENS) {
    if (["/fidelity", "/search", "/runs"].includes(path)) continue;
    await olga.page.goto(`/projects/${project}${path}`);
    await olga.heading(title).waitFor();
    await olga.page.waitForLoadState("networkidle");
    expect(await offered(olga), path).not.toEqual([]);
  }
  await olga.leave();
});

it("somebody of another project sees nothing of it, as if it were not there", async () => {
  const stranger = await Account.register("Sten");
  const sten = await Visitor.come();
  await sten.signIn(stranger.email, PASSWORD);
  expect(await sten.page.getByText("Green Box").count()).toBe(0);
  for (const path of ["", "/people", "/figures", `/surveys/${survey}`, `/focus-groups/${group}`]) {
    await sten.page.goto(`/projects/${project}${path}`);
    await sten.page.getByRole("alert").first().waitFor();
    const seen = await sten.page.locator("body").textContent();
    expect(seen).not.toMatch(/Green Box|First talk|Do people want it/);
    expect(seen).toMatch(/not found/i);
  }
  await sten.look("stranger");
  await sten.leave();
});

it("who signs in next in a tab sees nothing of the last one, and finds none of their drafts", async () => {
  const sten = await Account.register("Sten");
  const tab = await Visitor.come();
  await tab.signIn(owner.email, PASSWORD);
  await tab.page.getByRole("link", { name: "New project" }).click();
  await tab.field("Name").fill("Not for Sten");
  await tab.button(/Olga Walker/).click();
  await tab.page.getByRole("menuitem", { name: "Sign out" }).click();
  await tab.field("E-mail").fill(sten.email);
  await tab.field("Password").fill(PASSWORD);
  await tab.button("Sign in").click();
  await tab.heading("New project").waitFor();
  expect(await tab.field("Name").inputValue()).toBe("");
  // the answer is held back: until it comes, what is shown could only be what the tab still knows
  let answer = () => {};
  const held = new Promise<void>((done) => {
    answer = done;
  });
  await tab.page.route("**/api/v1/projects", async (route) => {
    await held;
    await route.continue();
  });
  await tab.page.getByRole("link", { name: "Sight: all projects" }).click();
  await tab.heading("Projects").waitFor();
  expect(await tab.page.locator("body").textContent()).not.toContain("Green Box");
  answer();
  await tab.heading("No projects yet").waitFor();
  expect(tab.complaints).toEqual([]);
  await tab.leave();
});

it("who has not signed in is asked to, and sees nothing", async () => {
  const nobody = await Visitor.come();
  await nobody.page.goto(`/projects/${project}/people`);
  await nobody.heading("Sign in").waitFor();
  expect(await nobody.page.locator("body").textContent()).not.toContain("Green Box");
  await nobody.leave();
});
