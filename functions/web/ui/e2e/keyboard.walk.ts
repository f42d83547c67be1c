import { afterAll, beforeAll, expect, it } from "vitest";
import { systemIsUp, Visitor } from "./browser";
import { Account, PASSWORD } from "./seeded";

/** The main job with no mouse: every step by Tab, arrows, Enter and Space, from the sign-in to a survey's results. */
let kay: Visitor;
let account: Account;

beforeAll(async () => {
  await systemIsUp();
  account = await Account.register("Kay");
  kay = await Visitor.come();
});
afterAll(async () => kay?.leave());

/** More stops than any screen has: a Tab that leads nowhere ends the test. */
const MOST_STOPS = 150;

/** Goes on by Tab until the focus is on what is called so, and says how many stops that took. */
async function reach(name: string | RegExp): Promise<number> {
  for (let stops = 1; stops <= MOST_STOPS; stops += 1) {
    await kay.page.keyboard.press("Tab");
    const found = await kay.page.evaluate(() => {
      const at = document.activeElement as HTMLInputElement | null;
      const label =
        at?.labels?.[0]?.textContent ?? at?.getAttribute("aria-label") ?? at?.textContent;
      return (label ?? "").trim();
    });
    if (typeof name === "string" ? found === name : name.test(found)) return stops;
  }
  throw new Error(`Tab never reached ${name}`);
}
const press = (key: string) => kay.page.keyboard.press(key);
const type = async (name: string | RegExp, text: string) => {
  await reach(name);
  await press("Control+a");
  await kay.page.keyboard.type(text);
};
const activate = async (name: string | RegExp) => {
  await reach(name);
  await press("Enter");
};

it("signs in and creates a project", async () => {
  await kay.page.goto("/sign-in");
  await kay.heading("Sign in").waitFor();
  await type("E-mail", account.email);
  await type("Password", PASSWORD);
  await press("Enter");
  await kay.heading("Projects").waitFor();
  await activate("New project");
  await kay.heading("New project").waitFor();
  await type("Name", "By keyboard");
  await reach("Language of the people");
  await kay.page.keyboard.type("English");
  await activate("Create the project");
  await kay.heading("By keyboard").waitFor();
});

it("generates people and opens one of them", async () => {
  await type("How many", "12");
  await activate("Generate 12 people");
  await kay.page.getByText("12 of 12 done").waitFor();
  await activate("People");
  await kay.page.getByText("12 of 12 loaded").waitFor();
  // the table's first name comes after its heads; a row begins with the box that chooses it
  await reach(/^Compare /);
  await reach(/^[^,]+$/);
  await press("Enter");
  const drawer = kay.drawer();
  await drawer.getByRole("tab", { name: "Overview" }).waitFor();
  await reach("Overview");
  await press("ArrowRight");
  await drawer.getByText("Openness").waitFor();
  await press("Escape");
  await drawer.waitFor({ state: "hidden" });
  const back = await kay.page.evaluate(
    () => document.activeElement?.closest("[role=cell]") !== null,
  );
  expect(back, "the focus comes back to where it was").toBe(true);
});

it("reads how well they fit", async () => {
  await activate("Fidelity");
  await kay.heading("Taken together").waitFor();
});

it("writes a survey, asks it and reads the results", async () => {
  await activate("Surveys");
  await kay.heading("No surveys yet").waitFor();
  await activate("New survey");
  await type("Title", "By keyboard");
  await type("Responses wanted", "12");
  await type("Question", "Where do you buy vegetables?");
  await type("Options", "at a market\nin a shop");
  await activate("Create the survey");
  await kay.page.getByText(/12 people would be asked/).waitFor();
  await activate("Ask them");
  await kay.page.getByText("12 of 12 answered").waitFor();
  await kay.page
    .getByText(/95%: \d+%–\d+%/)
    .first()
    .waitFor();
  expect(kay.complaints).toEqual([]);
});
