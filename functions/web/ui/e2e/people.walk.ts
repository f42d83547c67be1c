import { readFile } from "node:fs/promises";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import type { Download } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemIsUp, Visitor } from "./browser";
import { Account, PASSWORD } from "./seeded";

/** What a researcher does with people who are there: reads, compares, shares, leads and takes them away. */
let ada: Visitor;
let owner: Account;
let project = "";
/** Somebody of it, as they left unmasked. */
let exported = { name: "", file: "" };

const PEOPLE = 40;
const open = async (index = 0) => {
  await ada.page.getByRole("cell").getByRole("button").nth(index).click();
  await ada.drawer().getByRole("tab", { name: "Overview" }).waitFor();
};
const close = async () => {
  await ada.page.keyboard.press("Escape");
  await ada.page.getByRole("dialog").first().waitFor({ state: "hidden" });
};
const textOf = async (download: Download) => readFile(await download.path(), "utf8");

/** What a PDF says, on how many pages. */
const read = async (download: Download) => {
  const data = new Uint8Array(await readFile(await download.path()));
  const pdf = await getDocument({ data }).promise;
  const numbers = Array.from({ length: pdf.numPages }, (_, index) => index + 1);
  const contents = await Promise.all(
    numbers.map(async (number) => (await pdf.getPage(number)).getTextContent()),
  );
  const pieces = contents.flatMap(({ items }) =>
    items.map((item) => ("str" in item ? item.str : "")),
  );
  return { pages: pdf.numPages, text: pieces.join(" ") };
};

/** The first of a drawer's title is the name; the rest says more. */
const nameOf = async () => {
  const title = ada.drawer().getByRole("heading").first();
  return (await title.evaluate((node) => node.firstChild?.textContent)) ?? "";
};

beforeAll(async () => {
  await systemIsUp();
  owner = await Account.register("Ada");
  project = await owner.projectWith(PEOPLE);
  ada = await Visitor.come();
  await ada.signIn(owner.email, PASSWORD);
});
afterAll(async () => ada?.leave());

it("metrics are computed when an editor asks, each with its source or the reason why there is none", async () => {
  await ada.page.goto(`/projects/${project}/people`);
  await open();
  await ada.drawer().getByText("Not computed yet").waitFor();
  await ada.look("person");
  await ada.button("Compute them").click();
  const size = ada.drawer().getByRole("article").filter({ hasText: "Size of the segment" });
  await size.getByText("official table").waitFor();
  await size.getByText("Statistics Poland, population on 31 December 2024").waitFor();
  await size.getByText(/^from 0 to [\d,]+$/).waitFor();
  const conversion = ada.drawer().getByRole("article").filter({ hasText: "Conversion" });
  await conversion.getByText("Not known").waitFor();
  expect(await ada.drawer().getByRole("article").count()).toBe(7);
  await ada.look("metrics");
});

it("the profile, the evidence and the audit trail are a tab each, kept in the address", async () => {
  const drawer = ada.drawer();
  await drawer.getByRole("tab", { name: "Profile" }).click();
  await drawer.getByText("Uncertainty avoidance").waitFor();
  await ada.page.waitForURL(/tab=profile/);
  await ada.look("profile");
  await drawer.getByRole("tab", { name: "Evidence" }).click();
  await drawer.getByText("No language model chose a number or a label").waitFor();
  await ada.look("evidence");
  await drawer.getByRole("tab", { name: "Audit trail" }).click();
  await drawer.getByText("Metrics recalculated").waitFor();
  await ada.look("audit trail");
});

it("a person is put under review with a reason, and an admin alone brings them back", async () => {
  const drawer = ada.drawer();
  await ada.button("Change the status").click();
  expect(await ada.page.getByRole("menuitem").allTextContents()).toEqual([
    "Ask for a review",
    "Archive",
  ]);
  await ada.page.getByRole("menuitem", { name: "Ask for a review" }).click();
  await ada.field("Why? (optional)").fill("The story does not fit the job.");
  await ada.look("status");
  await ada.button("Change").last().click();
  await drawer.getByText("needs review").waitFor();
  await ada.page.getByRole("cell").getByText("needs review").waitFor({ state: "attached" });
  await drawer.getByText("Changed").first().waitFor();
  await ada.button("Change the status").click();
  await ada.page.getByRole("menuitem", { name: "Put to use" }).click();
  await ada.button("Change").last().click();
  await drawer.getByText("active", { exact: true }).waitFor();
});

it("a link shows the person masked to whoever has it, counts its views, and ends when it is revoked", async () => {
  const name = await nameOf();
  await ada.button("Share").click();
  await ada.page.getByText("No links yet.").waitFor();
  await ada.button("Make a link").click();
  const address = await ada.field("The link").inputValue();
  await ada.look("share");
  const stranger = await Visitor.come();
  await stranger.page.goto(address);
  expect(await stranger.page.locator("body").textContent()).not.toContain(name);
  await ada.page.reload();
  await ada.button("Share").click();
  await ada.page.getByText("seen once").waitFor();
  await ada.button("Revoke").click();
  await ada.page.getByText("revoked").waitFor();
  const answer = await stranger.page.goto(address);
  expect(answer?.status()).toBe(404);
  await stranger.leave();
  await ada.page.keyboard.press("Escape");
  await ada.heading("Share by a link").waitFor({ state: "hidden" });
  await ada.drawer().getByRole("tab", { name: "Overview" }).waitFor();
});

it("a person leaves as a file, masked; unmasked only with a reason", async () => {
  const name = await nameOf();
  const surname = name.split(" ").at(-1) ?? "";
  expect(surname.length).toBeGreaterThan(2);
  await ada.drawer().getByRole("button", { name: "Export" }).click();
  await ada.page.getByRole("radio", { name: "JSON" }).check();
  await ada.look("export");
  const [masked] = await Promise.all([
    ada.page.waitForEvent("download"),
    ada.button("Save the file").click(),
  ]);
  const text = await textOf(masked);
  expect(text).toContain('"is_synthetic":true');
  expect(text).not.toContain(surname);

  await ada.drawer().getByRole("button", { name: "Export" }).click();
  await ada.page.getByRole("radio", { name: "JSON" }).check();
  await ada.field("Not masked").check();
  await ada.field("Why?").fill("Agreed with the client.");
  const [whole] = await Promise.all([
    ada.page.waitForEvent("download"),
    ada.button("Save the file").click(),
  ]);
  exported = { name, file: await textOf(whole) };
  expect(exported.file).toContain(surname);
  await close();
});

it("a person leaves as a PDF that opens, is masked and says what it is", async () => {
  await ada.page.goto(`/projects/${project}/people`);
  await open();
  const surname = (await nameOf()).split(" ").at(-1) ?? "";
  await ada.drawer().getByRole("button", { name: "Export" }).click();
  await ada.page.getByRole("radio", { name: "PDF" }).check();
  const [file] = await Promise.all([
    ada.page.waitForEvent("download"),
    ada.button("Save the file").click(),
  ]);
  const { pages, text } = await read(file);
  expect(pages).toBeGreaterThan(1);
  expect(text).toMatch(/synthetic/i);
  expect(text).not.toContain(surname);
  await close();
});

it("comments and tasks about a person go with them, and come back with them", async () => {
  const [person] = await owner.call<{ id: string }[]>("GET", `/projects/${project}/personas`);
  const of = `/collaboration/projects/${project}`;
  const subject = { kind: "persona", id: person?.id };
  await owner.call("POST", `${of}/comments`, { subject, text: "Is this plausible?" });
  await owner.call("POST", `${of}/tasks`, { subject, title: "Check the income" });
  const comments = `/projects/${project}/people?persona=${person?.id}&tab=comments`;
  await ada.page.goto(comments);
  await ada.drawer().getByText("Is this plausible?").waitFor();
  await ada.button("Delete this person").click();
  const dialog = ada.page.getByRole("dialog", { name: "Delete this person" });
  await dialog.getByRole("button", { name: "Delete" }).click();
  await ada.button("Undo").waitFor();
  expect(await owner.call("GET", `${of}/tasks`)).toEqual([]);
  expect(await owner.call("GET", `${of}/comments/counts`)).toEqual([]);
  await ada.button("Undo").click();
  await ada.page.getByText(/ is back\.$/).waitFor();
  await ada.page.goto(`/projects/${project}/tasks`);
  await ada.heading("Check the income").waitFor();
  await ada.page.goto(comments);
  await ada.drawer().getByText("Is this plausible?").waitFor();
  await close();
});

it("all people leave by a run, and the link comes when the file is whole", async () => {
  const lines = (await ada.takeAway("CSV")).trimEnd().split(/\r\n/);
  await ada.look("written export");
  expect(lines.length).toBeGreaterThan(PEOPLE);
  await close();
});

it("three people stand side by side, with what they share and what tells them apart", async () => {
  const boxes = ada.page.getByRole("cell").getByRole("checkbox");
  for (const index of [0, 1, 2]) await boxes.nth(index).check();
  await ada.page.getByText("3 people chosen").waitFor();
  expect(await boxes.nth(3).isDisabled()).toBe(true);
  await ada.page.getByRole("link", { name: "Compare" }).click();
  await ada.heading("How alike they are").waitFor();
  expect(await ada.page.getByText(/^More alike than \d+%/).count()).toBe(3);
  expect(await ada.page.getByRole("columnheader").count()).toBe(3);
  await ada.look("compare");
  await ada.button("Share").click();
  await ada.button("Make a link").click();
  await ada.page.getByText("3 people side by side").waitFor();
  await close();
});

it("people are filtered by what is on their cards, and an emptied list says which filter did it", async () => {
  const of = `/projects/${project}/personas?gender=female&place=urban`;
  const { length } = await owner.call<unknown[]>("GET", of);
  const loaded = (count: number) => ada.page.getByText(`${count} of ${count} loaded`).waitFor();
  await ada.page.goto(`/projects/${project}/people`);
  await loaded(PEOPLE);
  await ada.field("Gender").selectOption("female");
  await ada.page.getByText("More filters").click();
  await ada.field("Town or village").selectOption("urban");
  await loaded(length);
  await ada.page.waitForURL(/gender=female.*place=urban/);
  await ada.field("Find by name, work, place").fill("no such words");
  await ada.heading("Nobody matches").waitFor();
  await ada.look("nobody matches");
  await ada.button(/^Without Words: no such words there would be/).click();
  await loaded(length);
  await ada.page.reload();
  await loaded(length);
  await ada.button("Leave out Gender: Women").focus();
  await ada.page.keyboard.press("Enter");
  await ada.button("Leave out Gender: Women").waitFor({ state: "detached" });
  await ada.button("Clear all filters").click();
  await loaded(PEOPLE);
});

it("nobody to compare is said, with the way to choose", async () => {
  await ada.page.goto(`/projects/${project}/people/compare`);
  await ada.page.getByText("Choose two or three people in the table.").waitFor();
  await ada.look("nobody to compare");
});

it("the population is held against its target, in columns and on a map", async () => {
  await ada.page.goto(`/projects/${project}/people`);
  await ada.page.getByRole("tab", { name: "Population" }).click();
  await ada.page.getByRole("figure", { name: "Age" }).waitFor();
  const map = ada.page.getByRole("region", { name: "Region" });
  await map.getByText("Statistics Poland, population on 31 December 2024").waitFor();
  expect(await map.getByRole("row").count()).toBe(17);
  expect(await map.locator("rect").count()).toBe(16);
  await ada.look("population");
  const pair = ada.page.getByRole("list", { name: "Near duplicates" }).getByRole("button").first();
  const name = (await pair.textContent()) ?? "";
  await pair.click();
  await ada.drawer().getByRole("heading", { name }).waitFor();
  await close();
});

it("own figures are given in a table, and metrics rest on them", async () => {
  await ada.place("Own figures");
  await ada.look("own figures");
  const cell = (column: string) => ada.field(`All customers, ${column}`);
  await cell("Orders").fill("500");
  await cell("Visits").fill("100");
  await ada.button("Save").click();
  await ada.page.getByText("must be at most the visits").first().waitFor();
  await ada.look("wrong figures");
  await cell("Visits").fill("10000");
  await ada.button("Save").click();
  await ada.page.getByText(/^Version 1,/).waitFor();
  await ada.button("Recalculate all segments").click();
  await ada.page.getByRole("article").getByText("succeeded").waitFor();
  await ada.page.goto(`/projects/${project}/people`);
  await open();
  const conversion = ada.drawer().getByRole("article").filter({ hasText: "Conversion" });
  await conversion.getByText("5.0%", { exact: true }).waitFor();
  await conversion.getByText("own figures", { exact: true }).waitFor();
  await conversion.getByText("How it was made").click();
  await conversion.getByText(/Wilson \(1927\)/).waitFor();
  await ada.look("own metrics");
  await close();
});

it("wrong lines of a spreadsheet are told by number, and nothing is changed", async () => {
  await ada.place("Own figures");
  const send = async (csv: string) => {
    await ada.field("Filled-in CSV").setInputFiles({
      name: "figures.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(csv),
    });
    await ada.button("Replace by this file").click();
  };
  await send("segment,revenue,margin\nall,1000,0.4\nall,many,2\n");
  await ada.page.getByText("Line 3, revenue: must be a number").waitFor();
  await ada.page.getByText(/^Line 3, margin: /).waitFor();
  expect(await ada.field("All customers, Orders").inputValue()).toBe("500");
  await ada.look("wrong lines");
  await send("segment,revenue,margin\nall,1000,0.4\n");
  await ada.page.getByText(/^Version 2,/).waitFor();
  expect(await ada.field("All customers, Revenue").inputValue()).toBe("1000");
  const [template] = await Promise.all([
    ada.page.waitForEvent("download"),
    ada.button("Fetch the template").click(),
  ]);
  expect((await textOf(template)).split("\r\n").length).toBeGreaterThan(12);
});

it("leaving with something unsent asks, and staying keeps it", async () => {
  await ada.field("All customers, Revenue").fill("2000");
  await ada.page.getByRole("link", { name: "Runs", exact: true }).click();
  await ada.heading("Leave without sending?").waitFor();
  await ada.look("leave");
  await ada.button("Stay").click();
  expect(await ada.field("All customers, Revenue").inputValue()).toBe("2000");
  await ada.page.getByRole("link", { name: "Runs", exact: true }).click();
  await ada.button("Leave").click();
  await ada.heading("Runs").waitFor();
  await ada.place("Own figures");
  expect(await ada.field("All customers, Revenue").inputValue()).toBe("2000");
  await ada.button("Discard").click();
  expect(await ada.field("All customers, Revenue").inputValue()).toBe("1000");
});

it("whoever left unmasked comes into another project, and once", async () => {
  const { id } = await owner.call<{ id: string }>("POST", "/projects", {
    name: "Second box",
    language: "en",
    target_demographics: {},
    target_sample_size: 12,
  });
  await ada.page.goto(`/projects/${id}/people`);
  await ada.heading("Nobody yet").waitFor();
  await ada.button("Import people").click();
  const send = async () => {
    await ada.field("File of an export").setInputFiles({
      name: "person.json",
      mimeType: "application/json",
      buffer: Buffer.from(exported.file),
    });
    await ada.button("Import the file").click();
  };
  await ada.look("import people");
  const [request] = await Promise.all([ada.page.waitForRequest(/\/personas\/import$/), send()]);
  expect(await request.headerValue("content-encoding")).toBe("gzip");
  await ada.page.getByText("Imported: 1 person in 1 population.").waitFor();
  await send();
  await ada.page.getByText(/^This file was imported before: 1 person in 1 population\./).waitFor();
  await ada.look("imported before");
  await close();
  await ada.page.getByRole("cell").getByText(exported.name).first().waitFor();
});

it("every screen was looked at", () => {
  expect(ada.looked).toHaveLength(20);
});
