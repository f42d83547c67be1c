import { afterAll, beforeAll, expect, it } from "vitest";
import { systemIsUp, Visitor } from "./browser";

/** The main job in a real browser: from no account to a fidelity report, a discussion and a survey's results. */
let ada: Visitor;
const email = `walk-${Date.now()}@sight.example`;
const password = "a walk of 1 researcher";
let project = "";

beforeAll(async () => {
  await systemIsUp();
  ada = await Visitor.come();
});
afterAll(async () => ada?.leave());

const button = (name: string | RegExp) => ada.button(name);
const field = (name: string) => ada.field(name);
const heading = (name: string | RegExp) => ada.heading(name);
const place = (name: string) => ada.place(name);

it("a stranger is asked to sign in, and told what was wrong", async () => {
  await ada.page.goto("/projects/new");
  await heading("Sign in").waitFor();
  await field("E-mail").fill(email);
  await field("Password").fill("wrong 1 guess");
  await button("Sign in").click();
  await ada.page.getByRole("alert").getByText("Incorrect email or password").waitFor();
  expect(await ada.page.getByRole("alert").textContent()).toMatch(/Request\s*[0-9a-f-]{36}/);
  await ada.look("sign-in");
});

it("somebody registers, by keyboard alone, and arrives where they wanted to be", async () => {
  await ada.page.getByRole("link", { name: "Create an account" }).click();
  await field("First name and surname").focus();
  for (const text of ["Ada Walker", email, password]) {
    await ada.page.keyboard.type(text);
    await ada.page.keyboard.press("Tab");
  }
  await ada.look("register");
  await field("Password").focus();
  await ada.page.keyboard.press("Enter");
  await heading("New project").waitFor();
});

it("what is written is still there after the tab has closed", async () => {
  await field("Name").fill("Green Box");
  await field("Audience").fill("Adults who decide what food is bought.");
  await ada.page.reload();
  expect(await field("Name").inputValue()).toBe("Green Box");
  await ada.page.getByText("What you wrote last time is still here.").waitFor();
});

it("a project is created with a target", async () => {
  await ada.page.getByLabel("Language of the people").selectOption("en");
  await ada.page.getByLabel("Gender", { exact: true }).check();
  await ada.page.getByLabel("Non-binary people").fill("0");
  await ada.look("new project");
  await button("Create the project").click();
  await heading("Green Box").waitFor();
  project = new URL(ada.page.url()).pathname;
  await ada.look("overview");
});

it("an empty list says what to do next", async () => {
  await place("People");
  await heading("Nobody yet").waitFor();
  await ada.look("nobody yet");
  await ada.page.getByRole("link", { name: "Generate people" }).click();
});

it("people are generated, and one sees how far it is", async () => {
  await field("How many").fill("12");
  await field("Seed (optional)").fill("7");
  await button("Generate 12 people").click();
  await ada.page.getByRole("progressbar", { name: "Generating people" }).waitFor();
  await ada.page.getByText("12 of 12 done").waitFor();
  await ada.page.getByText("succeeded").waitFor();
  await ada.look("generated");
});

it("the people are in a table whose state is in the address", async () => {
  await place("People");
  await ada.page.getByText("12 of 12 loaded").waitFor();
  await ada.page.getByRole("columnheader").getByRole("button", { name: "Age" }).click();
  await ada.page.waitForURL(/sort=age/);
  const ages = await ada.page.getByRole("row").getByRole("cell").allTextContents();
  expect(ages.length).toBeGreaterThan(12);
  const sorted = await ada.page
    .getByRole("row")
    .evaluateAll((rows) =>
      rows.slice(1).map((row) => Number(row.querySelectorAll("[role=cell]")[2]?.textContent)),
    );
  expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
  await ada.look("people");
});

it("a person is deleted with a reason, and comes back", async () => {
  await ada.page.getByRole("cell").getByRole("button").first().click();
  // before the person is there, the title is a grey place
  await ada.drawer().getByRole("tab", { name: "Overview" }).waitFor();
  const name =
    (await ada.page.getByRole("dialog").getByRole("heading").first().textContent()) ?? "";
  await button("Delete this person").click();
  await button("Delete").last().click();
  await ada.page.getByText("11 of 11 loaded").waitFor();
  await button("Undo").click();
  await ada.page.getByText("12 of 12 loaded").waitFor();
  expect(name.length).toBeGreaterThan(3);
});

it("the fidelity report says what it rests on and what it cannot tell", async () => {
  await place("Fidelity");
  await heading("Taken together").waitFor();
  await ada.page.getByText("Statistics Poland, population on 31 December 2024").first().waitFor();
  await heading("What this report cannot tell").waitFor();
  await ada.look("fidelity");
});

it("a focus group talks, is summed up, and each quote leads to its turn", async () => {
  await place("Focus groups");
  await ada.look("no focus groups");
  await ada.page.getByRole("link", { name: "New focus group" }).click();
  await field("Name").fill("First talk");
  await field("Question 1").fill("What decides where you buy vegetables?");
  await button(/Choose all 12 shown/).click();
  await ada.look("new focus group");
  await button("Set it up").click();
  await ada.page.getByText(/calls of offline/).waitFor();
  await button("Let them talk").click();
  await ada.page.getByText("Why this speaker").first().waitFor();
  await ada.page
    .getByText("succeeded")
    .or(button("Sum it up"))
    .or(ada.page.getByRole("tab", { name: "Summary" }))
    .first()
    .waitFor();
  await ada.page.getByRole("tab", { name: "Summary" }).click();
  await ada.look("no summary");
  await button("Sum it up").click();
  await heading("Findings").waitFor();
  await ada.look("summary");
  await ada.page
    .getByRole("link", { name: /, question \d$/ })
    .first()
    .click();
  await ada.page.waitForURL(/turn=/);
  const turn = new URL(ada.page.url()).searchParams.get("turn");
  await ada.page.locator(`[id="turn-${turn?.replaceAll('"', "")}"]`).waitFor();
  await ada.look("transcript");
  await ada.page.getByRole("tab", { name: "Realism" }).click();
  await ada.page.getByText("Words in a turn").first().waitFor();
  await ada.look("realism");
  await ada.page.getByRole("tab", { name: "Concepts" }).click();
  await button("Build the graph")
    .or(ada.page.getByText("Choose a person or a concept"))
    .first()
    .waitFor();
  await ada.look("concepts");
  expect(await ada.takeAway("JSON")).toContain("What decides where you buy vegetables?");
  await ada.page.keyboard.press("Escape");
});

it("a survey is written, asked, and read with intervals", async () => {
  await place("Surveys");
  await ada.page.getByRole("link", { name: "New survey" }).click();
  await field("Title").fill("Do people want it?");
  await field("Responses wanted").fill("12");
  await field("Question").fill("Where do you usually buy vegetables?");
  await field("Options").fill("at a market\nin a shop\non the internet");
  await ada.page.getByLabel("Next question").selectOption("rating-scale");
  await button("Add a question").click();
  await field("Question").last().fill("How likely is it that you would buy it?");
  await ada.look("new survey");
  await ada.page.getByRole("tab", { name: "As a respondent" }).click();
  await ada.page.getByText("in a shop").waitFor();
  await ada.look("preview");
  await button("Create the survey").click();
  await ada.page.getByText(/12 people would be asked/).waitFor();
  await button("Ask them").click();
  await ada.page.getByText("12 of 12 answered").waitFor();
  await ada.page
    .getByText(/95%: \d+%–\d+%/)
    .first()
    .waitFor();
  await ada.look("results");
  await ada.page.getByRole("tab", { name: "Segments" }).click();
  await ada.page.getByText("p values are corrected over the whole table.").waitFor();
  await ada.look("segments");
  expect((await ada.takeAway("CSV")).trimEnd().split(/\r?\n/)).toHaveLength(13);
  await ada.page.keyboard.press("Escape");
});

it("a document is uploaded, read, and found", async () => {
  await place("Documents");
  await ada.page.getByLabel("File").setInputFiles({
    name: "boxes.md",
    mimeType: "text/markdown",
    buffer: Buffer.from(
      "# Boxes\n\nA weekly box of vegetables costs 79 zł and comes on Tuesday.\n",
    ),
  });
  await button("Upload").click();
  await ada.page.getByText("ready").waitFor();
  await ada.page.getByText(/1 passage/).waitFor();
  await ada.page.getByText("Read the passages").click();
  await ada.page.getByText("A weekly box of vegetables costs 79 zł").waitFor();
  await ada.look("documents");
  await place("Search");
  await ada.page.getByRole("searchbox").fill("What does a box of vegetables cost?");
  await button("Search").click();
  await ada.page.getByText("79 zł").first().waitFor();
  await ada.look("search");
});

it("runs, members, usage and settings are there", async () => {
  await place("Runs");
  await ada.page.getByRole("article").getByText("succeeded").first().waitFor();
  await ada.look("runs");
  await place("Members");
  await ada.page.getByText(email).first().waitFor();
  await ada.look("members");
  await place("Usage and budget");
  await ada.page.getByText("By task and model").waitFor();
  await ada.look("usage");
  await place("Brief and target");
  await ada.look("brief");
  await ada.page.goto("/settings");
  await heading("Profile").waitFor();
  await ada.look("settings");
});

it("the theme is kept, and the page is dark before it is drawn", async () => {
  await ada.page.getByLabel("Appearance", { exact: true }).last().selectOption("dark");
  await ada.page.reload({ waitUntil: "commit" });
  await ada.page.locator("html[data-theme=dark]").waitFor({ state: "attached" });
});

it("everything is there in Polish, with its plurals", async () => {
  await ada.page.getByLabel("Language", { exact: true }).last().selectOption("pl");
  await heading("Ustawienia").waitFor();
  await ada.page.goto(project);
  await button("Generuj 20 osób").waitFor();
  await ada.page.getByLabel("Ile osób").fill("3");
  await button("Generuj 3 osoby").waitFor();
  await ada.look("po polsku");
});

it("the palette goes anywhere by keyboard", async () => {
  // a number that was written and not sent is kept, and whoever comes anew is not asked about it
  await ada.page.reload();
  await button("Generuj 3 osoby").waitFor();
  await ada.page.keyboard.press("Control+k");
  await ada.page.getByRole("combobox").last().fill("wierność");
  await ada.look("palette");
  await ada.page.keyboard.press("Enter");
  await ada.page.waitForURL(/fidelity/);
});

it("signing out ends it here, and every screen was looked at", async () => {
  await button("Twoje konto").click();
  await ada.page.getByRole("menuitem", { name: "Wyloguj się" }).click();
  await heading("Zaloguj się").waitFor();
  await ada.page.goto(project);
  await heading("Zaloguj się").waitFor();
  expect(ada.looked.length).toBeGreaterThanOrEqual(26);
});
