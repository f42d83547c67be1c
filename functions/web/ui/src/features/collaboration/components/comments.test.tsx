import type { QueryClient } from "@tanstack/react-query";
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { keepSession } from "@/api/session";
import type { Role } from "@/app/access";
import { inEnglish, show } from "@/testing";
import { applyComment, commentsKey } from "../hooks/cache";
import type { Comment, Pages } from "../hooks/threads";
import { afterWriting } from "../hooks/writing";
import { Comments } from "./comments";

const SUBJECT = { kind: "persona", id: "s1" } as const;
const SELF = { id: "a1", email: "ada@example.com", full_name: "Ada Walker" };
const MEMBERS = [
  { account_id: "a1", full_name: "Ada Walker", email: "ada@example.com", has_access: true },
  { account_id: "a2", full_name: "Łukasz Żak", email: "lz@example.com", has_access: true },
  { account_id: "a3", full_name: "Zofia Lis", email: "zl@example.com", has_access: true },
];
const comment = (id: string, text: string, author = SELF.id, more = {}): Comment =>
  ({
    id,
    thread_id: id,
    project_id: "p",
    subject: SUBJECT,
    text,
    mentions: [],
    author: { id: author, name: author === SELF.id ? SELF.full_name : "Zofia Lis" },
    created_at: "2026-11-30T07:00:00Z",
    ...more,
  }) as Comment;

type Sent = { method: string; path: string; key: string | null; body: Record<string, unknown> };
let stored: Comment[] = [];
let sent: Sent[] = [];
let client: QueryClient;
/** What a write answers; the test decides when. */
let answer: (request: Sent) => Promise<Response>;

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "x-total-count": "1" } });

async function server(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  if (request.method !== "GET") {
    const body = JSON.parse((await request.text()) || "{}") as Record<string, unknown>;
    const key = request.headers.get("idempotency-key");
    sent.push({ method: request.method, path, key, body });
    return answer(sent.at(-1) as Sent);
  }
  if (path.endsWith("/members")) return json(MEMBERS);
  if (path.endsWith("/comments")) {
    return json(stored.map((one) => ({ comment: one, replies: [], reply_count: 0 })));
  }
  return json([]);
}

beforeAll(inEnglish);
beforeEach(() => {
  localStorage.clear();
  keepSession({ access_token: "t", refresh_token: "r", expires_in: 3_600, user: SELF } as never);
  stored = [comment("c1", "Is this plausible?", "a3")];
  sent = [];
  vi.stubGlobal("fetch", server);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function open(role: Role) {
  const project = { id: "p", role } as never;
  ({ client } = show(() => <Comments project={project} subject={SUBJECT} />));
  await screen.findByText("Is this plausible?");
}
const field = () => screen.getByLabelText("Write a comment") as HTMLTextAreaElement;
/** What the list has by now, drawn or not. */
const cached = () =>
  client
    .getQueriesData<Pages>({ queryKey: commentsKey("p") })
    .flatMap(([, list]) => list?.pages.flatMap(({ threads }) => threads) ?? [])
    .map((thread) => thread.comment.text);
const texts = () =>
  screen.getAllByRole("article").map((at) => at.querySelectorAll("p")[1]?.textContent);

it("a viewer reads and is offered nothing to write with", async () => {
  await open("viewer");
  expect(screen.queryAllByRole("textbox")).toEqual([]);
  expect(screen.queryAllByRole("button")).toEqual([]);
});

it("a comment is shown at once, and once, whether its answer or the socket comes first", async () => {
  await open("editor");
  // later than its draft, whatever the clock says
  const real = comment("c2", "Yes.", SELF.id, { created_at: "2999-11-30T07:05:00Z" });
  let reply: (response: Response) => void = () => undefined;
  answer = () => new Promise((resolve) => (reply = resolve));
  await userEvent.type(field(), "Yes.");
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  await screen.findByText("being sent …");
  expect([texts(), field().value]).toEqual([["Yes.", "Is this plausible?"], ""]);
  // as the socket does with what this person has done
  const told = {
    kind: "comment_created",
    comment: real,
    comment_id: "c2",
    thread_id: "c2",
  } as const;
  afterWriting(() => applyComment(client, "p", told));
  expect(cached()).toEqual(["Yes.", "Is this plausible?"]);
  stored = [real, ...stored];
  reply(json(real, 201));
  await waitFor(() => expect(screen.queryByText("being sent …")).toBeNull());
  expect(texts()).toEqual(["Yes.", "Is this plausible?"]);
  applyComment(client, "p", told);
  await waitFor(() => expect(client.isFetching()).toBe(0));
  expect(texts()).toEqual(["Yes.", "Is this plausible?"]);
});

it("what could not be sent stays in its field, and is sent again as the same comment", async () => {
  await open("editor");
  answer = async () => json({ detail: "try later", code: "away" }, 503);
  await userEvent.type(field(), "Yes.");
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  await screen.findByText("try later");
  expect([texts(), field().value]).toEqual([["Is this plausible?"], "Yes."]);
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(sent[0]?.key).toBeTruthy();
  expect(sent[1]?.key).toBe(sent[0]?.key);
  await userEvent.type(field(), " Surely.");
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(() => expect(sent).toHaveLength(3));
  expect(sent[2]?.key).not.toBe(sent[0]?.key);
});

it("a draft is kept in this browser until it is sent", async () => {
  await open("editor");
  await userEvent.type(field(), "Half a thou");
  cleanup();
  await open("editor");
  expect(field().value).toBe("Half a thou");
});

it("somebody is mentioned by the keyboard alone, and only who is still named is told", async () => {
  await open("editor");
  answer = async ({ body }) => json(comment("c2", String(body.text)), 201);
  await userEvent.type(field(), "Ask @");
  const picker = await screen.findByRole("combobox", { name: "Whom to mention" });
  await waitFor(() => expect(document.activeElement).toBe(picker));
  await screen.findByRole("option", { name: /Zofia Lis/ });
  await userEvent.keyboard("zak");
  const [option, ...others] = within(
    screen.getByRole("listbox", { name: "Whom to mention" }),
  ).getAllByRole("option");
  expect([option?.textContent, others]).toEqual([expect.stringContaining("Łukasz Żak"), []]);
  expect(picker.getAttribute("aria-activedescendant")).toBe(option?.id);
  await userEvent.keyboard("{Enter}");
  expect(field().value).toBe("Ask @Łukasz Żak ");
  await waitFor(() => expect(document.activeElement).toBe(field()));
  await userEvent.keyboard("@{ArrowDown}{Enter}");
  expect(field().value).toBe("Ask @Łukasz Żak @Zofia Lis ");
  await userEvent.keyboard("{Backspace>6/}");
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]?.body).toMatchObject({ text: "Ask @Łukasz Żak @Zofi", mentions: ["a2"] });
});

it("Escape leaves the list with what was typed, and an address opens none", async () => {
  await open("editor");
  await userEvent.type(field(), "ada@");
  expect(screen.queryByRole("combobox", { name: "Whom to mention" })).toBeNull();
  await userEvent.keyboard(" @");
  await screen.findByRole("combobox", { name: "Whom to mention" });
  await userEvent.keyboard("xy{Escape}");
  expect(field().value).toBe("ada@ @xy");
});

it("only their own comments are offered to editors to change, and admins delete any", async () => {
  stored = [...stored, comment("c0", "Mine.")];
  await open("editor");
  const [theirs, mine] = screen.getAllByRole("article");
  if (!theirs || !mine) throw new Error("two comments");
  expect(within(theirs).queryAllByRole("button")).toEqual([]);
  expect(
    within(mine)
      .getAllByRole("button")
      .map((at) => at.textContent),
  ).toEqual(["Edit", "Delete"]);
  cleanup();
  await open("admin");
  const [first] = screen.getAllByRole("article");
  expect(
    within(first as HTMLElement)
      .getAllByRole("button")
      .map((at) => at.textContent),
  ).toEqual(["Delete"]);
});

it("the focus comes back to where it was after a reply and after a change", async () => {
  stored = [comment("c1", "Is this plausible?")];
  await open("editor");
  answer = async ({ body }) =>
    json(comment("r1", String(body.text), SELF.id, { thread_id: "c1" }), 201);
  await userEvent.click(screen.getByRole("button", { name: "Reply" }));
  expect(document.activeElement).toBe(screen.getByLabelText("Reply"));
  await userEvent.keyboard("No.{Control>}{Enter}{/Control}");
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Reply" })),
  );
  const [edit] = screen.getAllByRole("button", { name: "Edit" });
  await userEvent.click(edit as HTMLElement);
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(document.activeElement).toBe(screen.getAllByRole("button", { name: "Edit" })[0]);
});

it("a text is a text, whatever is written in it", async () => {
  stored.push(comment("c3", "<img src=x onerror=alert(1)> <b>bold</b>"));
  await open("viewer");
  await screen.findByText("<img src=x onerror=alert(1)> <b>bold</b>");
  expect(document.querySelector("article img, article b")).toBeNull();
});
