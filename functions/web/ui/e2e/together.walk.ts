import { afterAll, beforeAll, expect, it } from "vitest";
import { systemIsUp, Visitor } from "./browser";
import { Account, PASSWORD } from "./seeded";

/** Members at work on one project, each in a browser of their own: who writes, who reads, and who is away. */
let owner: Account;
let editor: Account;
let viewer: Account;
let olga: Visitor;
let edith: Visitor;
let project = "";
let person = "";
let group = "";
let survey = "";

beforeAll(async () => {
  await systemIsUp();
  [owner, editor, viewer] = (await Promise.all(
    ["Olga", "Edith", "Vera"].map((name) => Account.register(name)),
  )) as [Account, Account, Account];
  await Promise.all([owner, editor, viewer].map((account) => account.verify()));
  project = await owner.projectWith(12);
  await owner.letIn(editor, project, "editor");
  await owner.letIn(viewer, project, "viewer");
  const people = await owner.call<{ id: string }[]>("GET", `/projects/${project}/personas`);
  person = people[0]?.id ?? "";
  ({ id: group } = await owner.call<{ id: string }>("POST", `/projects/${project}/focus-groups`, {
    name: "First talk",
    questions: ["What decides where you buy vegetables?"],
    persona_ids: people.slice(0, 3).map(({ id }) => id),
  }));
  ({ id: survey } = await owner.call<{ id: string }>("POST", `/projects/${project}/surveys`, {
    title: "Do people want it?",
    target_responses: 12,
    questions: [{ id: "q1", type: "nps", title: "Would you recommend it?" }],
  }));
  [olga, edith] = await Promise.all([Visitor.come(), Visitor.come()]);
  await Promise.all([olga.signIn(owner.email, PASSWORD), edith.signIn(editor.email, PASSWORD)]);
});
afterAll(async () => {
  await Promise.all([olga?.leave(), edith?.leave()]);
});

const comments = () => `/projects/${project}/people?persona=${person}&tab=comments`;
const comment = ({ page }: Visitor, text: string) =>
  page.getByRole("article").filter({ hasText: text });
const write = async (by: Visitor, text: string) => {
  await by.field("Write a comment").fill(text);
  await by.button("Send").click();
  await comment(by, text).getByRole("button", { name: "Edit" }).waitFor();
};

const confirmed = async (question: string) =>
  olga.page.getByRole("dialog", { name: question }).getByRole("button", { name: "Delete" }).click();

it("shows who is in the project, each once, however many tabs they have", async () => {
  await Promise.all([olga, edith].map(({ page }) => page.goto(comments())));
  const second = await olga.context.newPage();
  await second.goto(`/projects/${project}`);
  const here = edith.page.getByRole("list", { name: "Here now", includeHidden: true });
  await here.getByText("Olga Walker").waitFor({ state: "attached" });
  await edith.drawer().getByText("Olga Walker is looking at this too.").waitFor();
  await second.getByRole("list", { name: "Here now" }).getByText("Edith Walker").waitFor({
    state: "attached",
  });
  expect(await here.locator("li").count()).toBe(2);
  await second.close();
});

it("a comment that one writes is there for the other at once, and for both once", async () => {
  await olga.drawer().getByText("No open comments").waitFor();
  await olga.look("no comments");
  await olga.field("Write a comment").pressSequentially("Is she plausible, @edi");
  await olga.page.getByRole("option", { name: /Edith Walker/ }).waitFor();
  await olga.look("mention");
  await olga.page.keyboard.press("Escape");
  await olga.page.getByRole("option", { name: /Edith Walker/ }).waitFor({ state: "detached" });
  expect(await olga.field("Write a comment").inputValue()).toBe("Is she plausible, @edi");
  for (const _ of "@edi") await olga.page.keyboard.press("Backspace");
  await olga.page.keyboard.type("@edi");
  await olga.page.getByRole("option", { name: /Edith Walker/ }).waitFor();
  await olga.page.keyboard.press("Enter");
  await olga.page.keyboard.type("? The income looks high.");
  await olga.page.keyboard.press("Control+Enter");
  const words = "Is she plausible, @Edith Walker ? The income looks high.";
  await comment(edith, words).waitFor();
  await comment(olga, words).getByRole("button", { name: "Edit" }).waitFor();
  for (const visitor of [olga, edith]) {
    expect(await visitor.page.getByRole("article").count()).toBe(1);
    await visitor.drawer().getByRole("tab", { name: "Comments (1 open)" }).waitFor();
  }
});

it("who is mentioned has it in the inbox and by one letter, which leads to the thread", async () => {
  await edith.page.getByRole("link", { name: "Inbox, 1 new", includeHidden: true }).waitFor({
    state: "attached",
  });
  const letter = await editor.letter(/\/inbox\?comment=([\w-]+)/);
  expect(editor.lettersThatSay(/\/inbox\?comment=/)).toBe(1);
  expect(owner.lettersThatSay(/\/inbox\?comment=/)).toBe(0);
  await edith.page.goto("/inbox");
  await edith.heading("Inbox").waitFor();
  await edith.page.getByText("Olga Walker mentions you").waitFor();
  await edith.look("inbox");
  await edith.page.goto(`/inbox?comment=${letter[1]}`);
  await edith.page.waitForURL(/tab=comments/);
  await comment(edith, "The income looks high.").waitFor();
  await edith.look("thread from a letter");
  await edith.page.goto("/inbox");
  await edith.page.getByRole("link", { name: "Olga Walker mentions you" }).click();
  await comment(edith, "The income looks high.").waitFor();
  await edith.page.getByRole("link", { name: "Inbox", exact: true, includeHidden: true }).waitFor({
    state: "attached",
  });
  await edith.button("Back to all comments").click();
});

it("a reply, a change and a settled thread reach the other one as well", async () => {
  await edith.button("Reply").click();
  await edith.field("Reply").fill("It is the bracket of her occupation.");
  await edith.button("Send").last().click();
  await comment(olga, "It is the bracket").waitFor();
  expect(await olga.page.getByRole("article").count()).toBe(2);
  await olga.look("thread");
  await comment(edith, "It is the bracket").getByRole("button", { name: "Edit" }).click();
  await edith.field("Edit the comment").fill("It is the bracket of her trade.");
  await edith.button("Save").click();
  await comment(olga, "It is the bracket of her trade.").getByText("edited").waitFor();
  await olga.button("Resolve").click();
  await edith.drawer().getByText("No open comments").waitFor();
  await edith.field("Show").selectOption("Resolved");
  await edith
    .drawer()
    .getByText(/by Olga Walker/)
    .waitFor();
  await edith.look("resolved thread");
  await edith.button("Reopen").click();
  await comment(olga, "It is the bracket of her trade.").waitFor();
  await edith.field("Show").selectOption("Open");
});

it("what is deleted leaves a place where somebody replied, for both", async () => {
  const first = comment(olga, "The income looks high.").first();
  await first.getByRole("button", { name: "Delete" }).click();
  await olga.page.getByText(/Its replies stay/).waitFor();
  await confirmed("Delete the comment");
  await edith.drawer().getByText("This comment was deleted.").waitFor();
  await comment(edith, "It is the bracket of her trade.").waitFor();
});

it("nothing is lost or doubled where no socket can be had", async () => {
  const far = await edith.context.newPage();
  await far.routeWebSocket(/\/collaboration\/socket/, (socket) => socket.close());
  await far.goto(comments());
  await far.getByText("It is the bracket of her trade.").waitFor();
  await write(olga, "Heard without a socket?");
  await write(olga, "And this as well?");
  for (const text of ["Heard without a socket?", "And this as well?"]) {
    await far.getByRole("article").filter({ hasText: text }).waitFor({ timeout: 120_000 });
    expect(await far.getByRole("article").filter({ hasText: text }).count()).toBe(1);
    expect(await comment(edith, text).count()).toBe(1);
  }
  expect(far.url()).not.toContain("ticket");
  await far.close();
});

it("a task about a person is made beside them, given to somebody and done by them", async () => {
  await olga.button("New task").click();
  await olga.field("What is to be done").fill("Check the income bracket");
  await olga.field("Who does it").selectOption("Edith Walker");
  await olga.field("Due (optional)").fill("2024-02-29");
  await olga.look("new task");
  await olga.button("Make the task").click();
  await olga.page.getByRole("link", { name: "All tasks" }).waitFor();
  await olga.look("task made");
  await olga.page.getByRole("link", { name: "All tasks" }).click();
  await olga.heading("Tasks").waitFor();
  await olga.page.getByText("overdue since Feb 29, 2024").waitFor();
  await olga.look("tasks");
  await edith.page.goto("/inbox");
  await edith.page.getByRole("link", { name: /gives you a task: Check the income/ }).click();
  await edith.page.waitForURL(/assignee=me/);
  await edith.page.getByRole("checkbox", { name: "Check the income bracket" }).check();
  await edith.page.getByText("“Check the income bracket” is done.").waitFor();
  await edith.heading("No such tasks").waitFor();
  await edith.button("Undo").click();
  await edith.page.getByRole("checkbox", { name: "Check the income bracket" }).check();
  await edith.heading("No such tasks").waitFor();
  await olga.heading("No tasks yet").waitFor();
  await olga.field("Which").selectOption("Done");
  await olga.page.getByText("done by Edith Walker").waitFor();
  await olga.page.getByRole("link", { name: "to the person" }).click();
  await olga.drawer().getByRole("tab", { name: "Overview" }).waitFor();
});

it("tasks are changed and deleted, and the filters live in the address", async () => {
  await olga.page.goto(`/projects/${project}/tasks?state=all`);
  await olga.button("Edit “Check the income bracket”").click();
  await olga.field("What is to be done").fill("Check the bracket");
  await olga.look("edit a task");
  await olga.button("Save").click();
  await olga.page.getByRole("heading", { name: "Check the bracket" }).waitFor();
  await olga.field("Whose").selectOption("nobody");
  await olga.heading("No such tasks").waitFor();
  await olga.page.waitForURL(/assignee=none/);
  await olga.look("no such tasks");
  await olga.field("Whose").selectOption("Everybody’s");
  await olga.field("Overdue only").check();
  await olga.heading("No such tasks").waitFor();
  await olga.field("Overdue only").uncheck();
  await olga.field("Which").selectOption("All");
  await olga.button("Delete").click();
  await confirmed("Delete the task");
  await olga.heading("No such tasks").waitFor();
});

it("a focus group and a survey have comments as well, before anything is asked in them", async () => {
  await olga.page.goto(`/projects/${project}/focus-groups/${group}`);
  await write(olga, "Ready to start?");
  await olga.look("focus group to come");
  await olga.page.goto(`/projects/${project}/surveys/${survey}?view=comments`);
  await write(olga, "Ready to start?");
  await olga.look("comments of a survey");
});

it("a viewer reads everything and is offered nothing to write with", async () => {
  const vera = await Visitor.come();
  await vera.signIn(viewer.email, PASSWORD);
  const refused: string[] = [];
  vera.page.on("response", (response) => {
    if (response.status() === 403) refused.push(response.url());
  });
  await vera.page.goto(comments());
  await comment(vera, "It is the bracket of her trade.").waitFor();
  await vera.look("comments for a viewer");
  for (const path of [comments(), `/projects/${project}/surveys/${survey}?view=comments`]) {
    await vera.page.goto(path);
    await vera.page.getByRole("article").first().waitFor();
    const buttons = await vera.page.getByRole("button").allInnerTexts();
    expect(
      buttons.filter((name) => /send|reply|resolve|edit|delete|task|mention/i.test(name)),
    ).toEqual([]);
    expect(await vera.page.getByRole("textbox").count()).toBe(0);
  }
  await vera.page.goto(`/projects/${project}/tasks?state=all`);
  await vera.heading(/No (such )?tasks/).waitFor();
  await vera.look("tasks for a viewer");
  expect([refused, vera.complaints]).toEqual([[], []]);
  await vera.leave();
});

it("everything is marked as read at once", async () => {
  await olga.page.goto("/inbox");
  await olga.page.getByText("Edith Walker replied to you").waitFor();
  await olga.button("Mark all as read").click();
  await olga.button("Mark all as read").waitFor({ state: "hidden" });
  await olga.field("New ones only").check();
  await olga.heading("Nothing new").waitFor();
  await olga.look("nothing new");
  expect([olga.complaints, edith.complaints]).toEqual([[], []]);
});
