import { afterAll, beforeAll, expect, it } from "vitest";
import { systemIsUp, Visitor } from "./browser";
import { Account, PASSWORD } from "./seeded";

/** A survey with every kind of question and everything that can be set, from the builder to its results. */
let sue: Visitor;
let owner: Account;
let project = "";

const PEOPLE = 12;

beforeAll(async () => {
  await systemIsUp();
  owner = await Account.register("Sue");
  project = await owner.projectWith(PEOPLE);
  sue = await Visitor.come();
  await sue.signIn(owner.email, PASSWORD);
});
afterAll(async () => sue?.leave());

const question = (number: number) =>
  sue.page.getByRole("listitem").filter({
    has: sue.page.getByRole("heading", { name: `Question ${number}`, exact: true }),
  });
const field = (number: number, name: string) => question(number).getByLabel(name, { exact: true });
const MORE = "More settings";
const add = async (kind: string, number: number, words: string) => {
  await sue.field("Next question").selectOption(kind);
  await sue.button("Add a question").click();
  await field(number, "Question").fill(words);
};

it("questions of every kind are written, with what few of them need", async () => {
  await sue.page.goto(`/projects/${project}/surveys/new`);
  await sue.field("Title").fill("Everything");
  await sue.field("Responses wanted").fill(String(PEOPLE));
  await field(1, "Question").fill("Where do you buy vegetables?");
  await field(1, "Options").fill("at a market\nin a shop\non the internet");
  await question(1).getByText(MORE).click();
  await field(1, "Explanation (optional)").fill("Think of the last month.");
  await field(1, "Block (optional)").fill("habits");
  await add("multiple-choice", 2, "What do you look at?");
  await field(2, "Options").fill("price\nfreshness\norigin");
  await field(2, "At most how many").fill("2");
  await add("rating-scale", 3, "How often do you cook?");
  await question(3).getByText(MORE).click();
  await field(3, "A label for every point (optional)").fill(
    "never\nrarely\nsometimes\noften\nalways",
  );
  await field(3, "How it is elicited").selectOption("direct");
  await add("nps", 4, "Would you recommend a weekly box?");
  await add("numeric", 5, "What may a box cost?");
  await field(5, "Lowest").fill("0");
  await field(5, "Highest").fill("300");
  await field(5, "Unit").fill("zł");
  await add("matrix", 6, "How important is this to you?");
  await field(6, "Rows").fill("price\ntaste");
  await add("ranking", 7, "Put these in your order");
  await field(7, "Options").fill("price\ntaste\norigin");
  await add("open-text", 8, "What would keep you from buying");
  await question(8).getByText(MORE).click();
  await field(8, "Code frame (optional)").fill("Price: price, expensive, cheap\nTime: time, day");
  await field(8, "Block (optional)").fill("habits");
  await sue.look("survey builder");
});

it("a condition is chosen among earlier answers, and an earlier answer can be quoted", async () => {
  await question(8).getByRole("button", { name: "Quote an earlier answer" }).click();
  await sue.page.getByRole("menuitem", { name: "Where do you buy vegetables?" }).click();
  expect(await field(8, "Question").inputValue()).toBe("What would keep you from buying {{q1}}");
  await field(8, "Ask only if").selectOption("q1");
  await question(8).getByRole("checkbox", { name: "in a shop" }).check();
  await question(8).getByRole("checkbox", { name: "at a market" }).check();
  await field(5, "Ask only if").selectOption("q4");
  await field(5, "At least").fill("0");
  await field(5, "At most").fill("10");
  // the condition names an option that is gone: it is shown, not dropped
  await field(1, "Options").fill("at a stall\nin a shop\non the internet");
  await question(8).getByText("no option any more").waitFor();
  await sue.button("Create the survey").click();
  await question(8)
    .getByText(/"at a market" is no option of question/)
    .waitFor();
  await sue.look("survey refused");
  await question(8).getByRole("checkbox", { name: "at a market" }).click();
  await question(8).getByRole("checkbox", { name: "at a stall" }).check();
});

it("blocks are shuffled and results weighted, and what is written is kept", async () => {
  await sue.page.getByText("Ask the questions in another order each time").waitFor();
  await sue.field("Ask the blocks in another order each time").check();
  await sue.page.getByText("Weight the results (optional)").click();
  await sue.field("Gender").check();
  await sue.page.getByRole("spinbutton", { name: "Women %" }).fill("70");
  await sue.page.getByRole("spinbutton", { name: "Men %", exact: true }).fill("30");
  await sue.page.getByText("100% so far").waitFor();
  await sue.look("survey design");
  await sue.page.reload();
  await sue.page.getByText("What you wrote last time is still here.").waitFor();
  expect(await field(8, "Code frame (optional)").inputValue()).toContain("Price: price");
  expect(await sue.page.getByRole("spinbutton", { name: "Women %" }).inputValue()).toBe("70");
});

it("a respondent sees what was set", async () => {
  await sue.page.getByRole("tab", { name: "As a respondent" }).click();
  await sue.page.getByText("Think of the last month.").waitFor();
  await sue.page.getByText("sometimes").waitFor();
  await sue.page
    .getByText(/^Asked only after certain answers/)
    .or(sue.page.getByText(/^8\./))
    .first()
    .waitFor();
  await sue.page.getByRole("radio", { name: "in a shop" }).check();
  await sue.page.getByText("What would keep you from buying in a shop").waitFor();
  await sue.look("survey preview");
});

it("it is created as it was written, asked, and read", async () => {
  await sue.button("Create the survey").click();
  await sue.page.getByText(/12 people would be asked/).waitFor();
  const id = sue.page.url().match(/surveys\/([\w-]+)/)?.[1];
  const stored = await owner.call<{
    design: object;
    questions: Record<string, unknown>[];
  }>("GET", `/surveys/${id}`);
  expect(stored.design).toMatchObject({
    randomizeBlocks: true,
    weights: { sex: { female: 0.7, male: 0.3 } },
  });
  expect(stored.questions.map((one) => one.type)).toEqual([
    "single-choice",
    "multiple-choice",
    "rating-scale",
    "nps",
    "numeric",
    "matrix",
    "ranking",
    "open-text",
  ]);
  expect(stored.questions[0]).toMatchObject({
    description: "Think of the last month.",
    block: "habits",
  });
  expect(stored.questions[2]).toMatchObject({
    scaleLabels: ["never", "rarely", "sometimes", "often", "always"],
    elicitation: "direct",
  });
  expect(stored.questions[4]).toMatchObject({ showIf: { question: "q4", atLeast: 0, atMost: 10 } });
  expect(stored.questions[7]).toMatchObject({
    title: "What would keep you from buying {{q1}}",
    showIf: { question: "q1", anyOf: ["in a shop", "at a stall"] },
    codes: [
      { label: "Price", words: ["price", "expensive", "cheap"] },
      { label: "Time", words: ["time", "day"] },
    ],
  });
  await sue.button("Ask them").click();
  await sue.page.getByText("12 of 12 answered").waitFor();
  await sue.page.getByText(/Weighted by Gender/).waitFor();
  expect(await sue.page.getByRole("listitem").getByRole("heading", { level: 2 }).count()).toBe(8);
  await sue.look("all results");
});

type Interval = [number, number];
type Share = { count: number; share: number; interval: Interval };
type Rating = { mean: number; mean_interval: Interval };
const fixed = (digits: number) => {
  const { format } = new Intl.NumberFormat("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return (value: number) => format(value);
};
const percent = (share: number) => new Intl.NumberFormat("en", { style: "percent" }).format(share);
const within = ([low, high]: Interval, shown: (value: number) => string) =>
  `95%: ${shown(low)}–${shown(high)}`;
const shareOf = ({ count, share, interval }: Share) =>
  `${percent(share)} ${within(interval, percent)} · n = ${count}`;
const meanOf = ({ mean, mean_interval }: Rating, digits: number, unit = "") =>
  `Mean${fixed(digits)(mean)}${unit} (${within(mean_interval, fixed(digits))})`;

/** What the screen has to say of each kind, from what the API gives: its own figure, with how far chance reaches. */
const SAYS: Record<string, (figures: never) => string[]> = {
  "single-choice": ({ shares }: { shares: (Share & { key: string })[] }) =>
    shares.map((share) => share.key + shareOf(share)),
  "multiple-choice": ({ shares, mean_choices }: { shares: Share[]; mean_choices: number }) => [
    ...shares.map(shareOf),
    `${fixed(1)(mean_choices)} options chosen on average`,
  ],
  "rating-scale": (rating: Rating) => [meanOf(rating, 2)],
  nps: ({ nps }: { nps: { value: number; interval: Interval } }) => [
    `NPS${fixed(0)(nps.value)} (${within(nps.interval, fixed(0))})`,
  ],
  numeric: (number: Rating) => [meanOf(number, 1, " zł")],
  matrix: ({ rows }: { rows: Record<string, Rating> }) =>
    Object.entries(rows).map(([row, rating]) => row + meanOf(rating, 2)),
  ranking: (figures: {
    mean_rank: Record<string, number>;
    mean_rank_intervals: Record<string, Interval>;
  }) =>
    Object.entries(figures.mean_rank_intervals).map(
      ([option, interval]) =>
        `${option}mean rank ${fixed(2)(figures.mean_rank[option] ?? 0)} (${within(interval, fixed(2))})`,
    ),
  "open-text": (figures: {
    codes: (Share & { label: string })[];
    themes: (Share & { words: string[] })[];
    sample_responses: string[];
  }) => [
    ...figures.codes.map((code) => code.label + shareOf(code)),
    ...figures.themes.map((theme) => theme.words.join(", ") + shareOf(theme)),
    ...figures.sample_responses,
  ],
};

it("each kind of question has its own figure, with how far chance reaches", async () => {
  const id = sue.page.url().match(/surveys\/([\w-]+)/)?.[1];
  const { question_analytics: answers } = await owner.call<{
    question_analytics: {
      question_id: string;
      question_type: string;
      responses_count: number;
      statistics: never;
    }[];
  }>("GET", `/surveys/${id}/results`);
  expect(answers.map((one) => one.question_type).toSorted()).toEqual(Object.keys(SAYS).toSorted());
  for (const { question_id, question_type, responses_count, statistics } of answers) {
    const shown = await sue.page.locator(`[id="question-${question_id}"]`).textContent();
    expect(shown).toContain(`n = ${responses_count}`);
    // the last question is asked after some answers alone
    if (question_type === "open-text" && responses_count === 0) continue;
    const says = SAYS[question_type]?.(statistics) ?? [];
    expect(says.length, question_type).toBeGreaterThan(0);
    for (const words of says) expect(shown, question_type).toContain(words);
  }
});

it("every screen was looked at", () => {
  expect(sue.looked).toHaveLength(5);
});
