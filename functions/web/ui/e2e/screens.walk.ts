import { afterAll, beforeAll, expect, it } from "vitest";
import { systemIsUp, Visitor } from "./browser";
import { Account, PASSWORD } from "./seeded";

/** Screens that no other walk comes by: lists with and without rows, tabs, what is asked before something goes. */
let lou: Visitor;
let owner: Account;
let project = "";

const PEOPLE = 12;
const go = (path: string) => lou.page.goto(`/projects/${project}${path}`);
const closed = async () => {
  await lou.page.keyboard.press("Escape");
  await lou.page.locator("dialog[open]").waitFor({ state: "hidden" });
};

beforeAll(async () => {
  await systemIsUp();
  owner = await Account.register("Lou");
  lou = await Visitor.come();
  await lou.signIn(owner.email, PASSWORD);
});
afterAll(async () => lou?.leave());

it("whoever has no project is told how to begin", async () => {
  await lou.heading("No projects yet").waitFor();
  await lou.look("no projects");
});

it("projects, focus groups and surveys are lists", async () => {
  project = await owner.projectWith(PEOPLE);
  await go("/surveys");
  await lou.heading("No surveys yet").waitFor();
  await lou.look("no surveys");
  const people = await owner.call<{ id: string }[]>("GET", `/projects/${project}/personas`);
  await owner.talk(
    project,
    people.slice(0, 3).map(({ id }) => id),
  );
  const { id } = await owner.call<{ id: string }>("POST", `/projects/${project}/surveys`, {
    title: "Do people want it?",
    target_responses: PEOPLE,
    questions: [{ id: "q1", type: "nps", title: "Would you recommend it?" }],
  });
  await owner.run(`/surveys/${id}/run`);
  await lou.page.goto("/");
  await lou.page.getByRole("link", { name: "Green Box" }).waitFor();
  await lou.look("projects");
  await go("/focus-groups");
  await lou.page.getByRole("link", { name: "First talk" }).waitFor();
  await lou.look("focus groups");
  await go("/surveys");
  await lou.page.getByRole("link", { name: "Do people want it?" }).waitFor();
  await lou.look("surveys");
});

it("a survey has its questions, and the answers of people to hold it against", async () => {
  await lou.page.getByRole("link", { name: "Do people want it?" }).click();
  await lou.page.getByRole("tab", { name: "Questions" }).click();
  await lou.page.getByText("Would you recommend it?").first().waitFor();
  await lou.look("questions");
  await lou.page.getByRole("tab", { name: "Beside people" }).click();
  await lou.heading("No answers of people yet").waitFor();
  await lou.look("answers of people");
});

it("a focus group that has talked has comments beside what was said", async () => {
  await go("/focus-groups");
  await lou.page.getByRole("link", { name: "First talk" }).click();
  await lou.page.getByRole("tab", { name: "Comments" }).click();
  await lou.page.getByText("No open comments").waitFor();
  await lou.look("comments of a focus group");
});

it("a focus group is changed before it runs", async () => {
  const people = await owner.call<{ id: string }[]>("GET", `/projects/${project}/personas`);
  const { id } = await owner.call<{ id: string }>("POST", `/projects/${project}/focus-groups`, {
    name: "Second talk",
    questions: ["What is too dear?", "What is missing?"],
    persona_ids: people.slice(0, 2).map((person) => person.id),
  });
  await go(`/focus-groups/${id}`);
  await lou.page.getByRole("link", { name: "Change the focus group" }).click();
  await lou.heading("Change the focus group").waitFor();
  await lou.page.getByText("Participants (2)").waitFor();
  await lou.look("edit focus group");
  await lou.button("Move question 2 up").click();
  await lou.button("Save").click();
  await lou.heading("Second talk").waitFor();
  await lou.page.getByText(/calls of offline/).waitFor();
  const stored = await owner.call<{ questions: string[] }>("GET", `/focus-groups/${id}`);
  expect(stored.questions).toEqual(["What is missing?", "What is too dear?"]);
  await lou.button("Delete").click();
  await lou.look("delete focus group");
  await closed();
});

it("what is deleted is asked for, whatever it is", async () => {
  await go("/people");
  await lou.page.getByRole("cell").getByRole("button").first().click();
  await lou.button("Delete this person").click();
  await lou.field("Reason").selectOption("other");
  await lou.look("delete person");
  await go("/surveys");
  await lou.page.getByRole("link", { name: "Do people want it?" }).click();
  await lou.button("Delete").click();
  await lou.look("delete survey");
  await closed();
  await go("/brief");
  await lou.button("Delete").click();
  await lou.look("delete project");
  await closed();
});

it("an address that leads nowhere says so", async () => {
  await lou.page.goto("/nowhere");
  await lou.heading("There is no such page").waitFor();
  await lou.look("no such page");
});
