import { afterAll, beforeAll, expect, it } from "vitest";
import { systemIsUp, Visitor } from "./browser";
import { Account, PASSWORD } from "./seeded";

/** What a researcher reads about one person beyond the card: needs with evidence, a journey, messages. */
let ines: Visitor;
let owner: Account;
let project = "";
let person = "";

const PEOPLE = 12;

beforeAll(async () => {
  await systemIsUp();
  owner = await Account.register("Ines");
  project = await owner.projectWith(PEOPLE);
  const people = await owner.call<{ id: string }[]>("GET", `/projects/${project}/personas`);
  person = people[0]?.id ?? "";
  ines = await Visitor.come();
  await ines.signIn(owner.email, PASSWORD);
});
afterAll(async () => ines?.leave());

const tab = (name: string) => ines.drawer().getByRole("tab", { name, exact: true });
const open = async (name: string, at: string) => {
  await ines.page.goto(`/projects/${project}/people?persona=${person}&tab=${at}`);
  await tab(name).waitFor();
};

it("needs that nobody has said are called hypotheses, and say how they were made", async () => {
  await open("Needs", "needs");
  const drawer = ines.drawer();
  await drawer.getByRole("heading", { name: "Jobs to be done" }).waitFor();
  await drawer.getByText(/^These are hypotheses/).waitFor();
  expect(await drawer.getByText("hypothesis", { exact: true }).count()).toBeGreaterThan(5);
  expect(await drawer.getByRole("blockquote").count()).toBe(0);
  await drawer.getByText(/^It takes one call of the model a segment/).waitFor();
  await drawer.getByRole("button", { name: "Source: Desired outcomes" }).click();
  await ines.page.getByText(/\(Ulwick\), times five/).waitFor();
  await ines.page.keyboard.press("Escape");
  await ines.look("needs as hypotheses");
});

it("after they have talked the needs are drafted anew, and a quote leads to its turn", async () => {
  const people = await owner.call<{ id: string }[]>("GET", `/projects/${project}/personas`);
  await owner.talk(
    project,
    people.map(({ id }) => id),
  );
  await open("Needs", "needs");
  const drawer = ines.drawer();
  // a generation drafts needs for as many segments as its budget allows: this may be another one
  await drawer.getByText(/answers have changed since\.$|^They have not been drafted/).waitFor();
  await ines.button(/^Draft them/).click();
  await drawer.getByText("somebody said it").first().waitFor();
  await drawer.getByText("They are drafted from everything that has been said.").waitFor();
  await ines.look("needs with quotes");
  const quote = drawer.getByRole("blockquote").first();
  const said = ((await quote.textContent()) ?? "").match(/“(.*?)(?:\u00a0…)?”/)?.[1] ?? "";
  expect(said.length).toBeGreaterThan(10);
  await quote.getByRole("link", { name: "to where it was said" }).click();
  await ines.page.waitForURL(/focus-groups\/.*turn=/);
  const turn = new URL(ines.page.url()).searchParams.get("turn")?.replaceAll('"', "");
  const marked = ines.page.locator(`[id="turn-${turn}"]`);
  await marked.waitFor();
  expect(await marked.textContent()).toContain(said);
  await ines.page.goBack();
  await tab("Needs").waitFor();
});

it("an answer to an open question leads to the survey's results", async () => {
  const { id } = await owner.call<{ id: string }>("POST", `/projects/${project}/surveys`, {
    title: "In their own words",
    target_responses: PEOPLE,
    questions: [
      { id: "any", type: "nps", title: "Would you recommend it?" },
      { id: "why", type: "open-text", title: "What would keep you from buying it?" },
    ],
  });
  await owner.run(`/surveys/${id}/run`);
  const { question_analytics: asked } = await owner.call<{
    question_analytics: { question_id: string; statistics: { sample_responses?: string[] } }[];
  }>("GET", `/surveys/${id}/results`);
  const said = asked.find((one) => one.question_id === "why")?.statistics.sample_responses?.[0];
  const needs = await owner.call<{ needs_and_pains: { jobs_to_be_done: object[] } }>(
    "GET",
    `/personas/${person}/needs`,
  );
  needs.needs_and_pains.jobs_to_be_done = [
    {
      ...needs.needs_and_pains.jobs_to_be_done[0],
      quotes: [said],
      quote_places: [{ kind: "survey", survey_id: id, question_id: "why" }],
    },
  ];
  await ines.page.route("**/needs", (route) => route.fulfill({ json: needs }));
  await open("Needs", "needs");
  await ines.page.getByRole("link", { name: "to where it was said" }).first().click();
  await ines.page.waitForURL(/surveys\/.*question=why/);
  const marked = ines.page.locator('[id="question-why"]');
  expect(await marked.textContent()).toContain(said);
  await ines.page.unroute("**/needs");
});

it("a journey is written when somebody asks, and says what it rests on", async () => {
  await open("Journey", "journey");
  const drawer = ines.drawer();
  await drawer.getByRole("heading", { name: "No journey yet" }).waitFor();
  await drawer.getByText(/at most 2,000 tokens together/).waitFor();
  await ines.look("no journey");
  await ines.page.route("**/journey", (route) =>
    route.request().method() === "POST"
      ? route.fulfill({
          status: 503,
          headers: { "x-request-id": "0190c0de-0000-7000-8000-000000000000" },
          json: { status: 503, detail: "The language model is away", code: "model_away" },
        })
      : route.continue(),
  );
  await ines.button("Write the journey").click();
  const alert = drawer.getByRole("alert");
  await alert.getByText("The language model is away").waitFor();
  await alert.getByText("0190c0de-0000-7000-8000-000000000000").waitFor();
  await ines.look("journey failed");
  await ines.page.unroute("**/journey");
  await ines.button("Write the journey").click();
  for (const stage of ["Awareness", "Consideration", "Decision", "After the purchase"]) {
    await drawer.getByRole("heading", { name: stage }).waitFor();
  }
  // without a document there is no figure, and each stage says why
  expect(await drawer.getByText(/no source of this study says it/).count()).toBe(4);
  await drawer.getByText("No document stands behind it.").waitFor();
  await ines.look("journey");
});

it("what has changed since is said, and the journey can be written anew", async () => {
  await owner.call("PUT", `/projects/${project}`, { target_audience: "People who cook." });
  await open("Journey", "journey");
  await ines.drawer().getByText("Something that it was written from has changed since.").waitFor();
  await ines
    .drawer()
    .getByText(/So far in this project: 1 such call, simulated/)
    .waitFor();
  await ines.button("Write it anew").click();
  await ines
    .drawer()
    .getByText(/, version 2\./)
    .waitFor();
});

it("messages come in variants, within their length, and stay while the tab is open", async () => {
  await open("Messages", "messages");
  const drawer = ines.drawer();
  await ines.field("Kind").selectOption("ad");
  await ines.field("How many variants").selectOption("2");
  await ines.field("Occasion or offer (optional)").fill("Free delivery in May.");
  await ines.button("Write the messages").click();
  await drawer.getByRole("heading", { name: "Variant 2" }).waitFor();
  expect(await drawer.getByRole("heading", { name: /^Variant \d/ }).count()).toBe(2);
  await drawer
    .getByText(/^Headline \d+ of \d+/)
    .first()
    .waitFor();
  await ines.look("messages");
  await tab("Profile").click();
  await drawer.getByText("Openness").waitFor();
  await tab("Messages").click();
  await drawer.getByRole("heading", { name: "Variant 1" }).waitFor();
  expect(await ines.field("Occasion or offer (optional)").inputValue()).toBe(
    "Free delivery in May.",
  );
});

it("what a message claims without a source is marked where it stands", async () => {
  await ines.page.route("**/actions/messaging", async (route) => {
    const answer = await route.fetch();
    const messages = await answer.json();
    const claim = "Cheaper than any shop by 40%.";
    messages.variants[0].body += ` ${claim}`;
    messages.variants[0].unsupported_claims = [claim];
    await route.fulfill({ response: answer, json: messages });
  });
  await ines.button("Write the messages").click();
  const drawer = ines.drawer();
  await drawer.getByText(/^1 variant claims what no source of the project says/).waitFor();
  expect(await drawer.locator("mark").allTextContents()).toEqual(["Cheaper than any shop by 40%."]);
  await ines.look("messages with a claim");
  await ines.page.unroute("**/actions/messaging");
});

it("documents come by pages", async () => {
  await ines.page.route("**/rag/documents?*", (route) =>
    route.continue({ url: route.request().url().replace("limit=50", "limit=1") }),
  );
  await ines.page.goto(`/projects/${project}/documents`);
  await ines.heading("Documents").waitFor();
  for (const name of ["first", "second"]) {
    await ines.page.getByLabel("File").setInputFiles({
      name: `${name}.md`,
      mimeType: "text/markdown",
      buffer: Buffer.from(`# ${name}\n\nThe ${name} box of vegetables comes on Tuesday.\n`),
    });
    await ines.button("Upload").click();
    await ines.heading(`${name}.md`).waitFor();
  }
  await ines.page.getByText("1 of 2 loaded").waitFor();
  expect(await ines.page.getByRole("heading", { name: "first.md" }).count()).toBe(0);
  await ines.button("Load more").click();
  await ines.page.getByText("2 of 2 loaded").waitFor();
  await ines.heading("first.md").waitFor();
  expect(await ines.button("Load more").count()).toBe(0);
  await ines.page.unroute("**/rag/documents?*");
});

it("filters look among everybody, and not among those who are loaded", async () => {
  await ines.page.route("**/personas?*", (route) =>
    route.continue({ url: route.request().url().replace("limit=250", "limit=5") }),
  );
  await ines.page.goto(`/projects/${project}/people`);
  await ines.page.getByText(`5 of ${PEOPLE} loaded`).waitFor();
  await ines.page.getByLabel("Gender", { exact: true }).selectOption("male");
  const men = ines.page.getByText(/^\d+ of \d+ loaded$/);
  await ines.page.getByText(`5 of ${PEOPLE} loaded`).waitFor({ state: "detached" });
  const [, total] = /of (\d+) loaded/.exec((await men.textContent()) ?? "") ?? [];
  expect(Number(total)).toBeLessThan(PEOPLE);
  const genders = await ines.page
    .getByRole("row")
    .evaluateAll((rows) =>
      rows.slice(1).map((row) => row.querySelectorAll("[role=cell]")[3]?.textContent),
    );
  expect(new Set(genders).size).toBe(1);
  await ines.look("filtered");
  await ines.page.unroute("**/personas?*");
});

it("every screen was looked at", () => {
  expect(ines.looked).toHaveLength(8);
});
