import { afterAll, beforeAll, expect, it } from "vitest";
import { systemIsUp, Visitor } from "./browser";
import { Account, PASSWORD } from "./seeded";

/** What is done about a run: it is cancelled while it goes, and what failed of it is tried again. */
let rita: Visitor;
let owner: Account;
let project = "";
let people: string[] = [];

const card = (title: string) => rita.page.getByRole("article").filter({ hasText: title });

beforeAll(async () => {
  await systemIsUp();
  owner = await Account.register("Rita");
  project = await owner.projectWith(100);
  const all = await owner.call<{ id: string }[]>("GET", `/projects/${project}/personas`);
  people = all.map(({ id }) => id);
  rita = await Visitor.come();
  await rita.signIn(owner.email, PASSWORD);
});
afterAll(async () => rita?.leave());

it("a run under way says what it costs, and is cancelled", async () => {
  // as many turns as there can be: it is still at work when it is cancelled, on any machine
  const { id } = await owner.call<{ id: string }>("POST", `/projects/${project}/focus-groups`, {
    name: "Endless talk",
    questions: Array.from({ length: 50 }, (_, number) => `What is dear to you, ${number}?`),
    persona_ids: people,
  });
  await owner.call("POST", `/focus-groups/${id}/run`, {});
  await rita.page.goto(`/projects/${project}/runs`);
  await card("Endless talk").getByText("running", { exact: true }).waitFor();
  await card("Endless talk")
    .getByText(/^In this project so far: [\d,]+ tokens/)
    .waitFor();
  await rita.look("run under way");
  await card("Endless talk").getByRole("button", { name: "Cancel" }).click();
  await card("Endless talk").getByText("cancelled", { exact: true }).waitFor();
  expect(await card("Endless talk").getByRole("button").count()).toBe(0);
});

it("what failed of a run is tried again", async () => {
  const { id } = await owner.call<{ id: string }>("POST", `/projects/${project}/surveys`, {
    title: "Do people want it?",
    target_responses: 100,
    questions: [{ id: "q1", type: "nps", title: "Would you recommend it?" }],
  });
  await owner.run(`/surveys/${id}/run`);
  const { run_id } = await owner.call<{ run_id: string }>("GET", `/surveys/${id}`);
  const run = await owner.call<object>("GET", `/runs/${run_id}`);
  let tries = 0;
  // nothing fails here by itself
  const partly = { status: "partial", done: 98, failed: 2, failures: { "The model was away": 2 } };
  await rita.page.route(`**/api/v1/runs/${run_id}`, (route) =>
    route.fulfill({ json: { ...run, ...partly } }),
  );
  await rita.page.route(`**/api/v1/projects/${project}/runs**`, async (route) => {
    const response = await route.fetch();
    const runs: { id: string }[] = await response.json();
    const failed = (one: { id: string }) =>
      one.id === run_id && tries === 0 ? { ...one, ...partly } : one;
    await route.fulfill({ response, json: runs.map(failed) });
  });
  await rita.page.route(`**/api/v1/runs/${run_id}/retry`, (route) => {
    tries += 1;
    return route.fulfill({ json: { ...run, status: "running", done: 98 } });
  });
  await rita.page.goto(`/projects/${project}/runs`);
  await card("Do people want it?").getByText("The model was away: 2").waitFor();
  await rita.look("run partly done");
  await card("Do people want it?").getByRole("button", { name: "Try the failed again" }).click();
  // its events tell the rest
  await card("Do people want it?").getByText("succeeded", { exact: true }).waitFor();
  expect(tries).toBe(1);
  expect(rita.complaints).toEqual([]);
});
