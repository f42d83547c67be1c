import { expect, it } from "vitest";
import type { ProjectEvent } from "./stream";
import {
  afterEvent,
  type Comment,
  type Filter,
  type Pages,
  settled,
  threadAfterEvent,
  withComment,
} from "./threads";

const comment = (id: string, thread_id = id, minute = 0, more: Partial<Comment> = {}): Comment =>
  ({
    id,
    thread_id,
    text: id,
    created_at: `2026-11-30T07:${String(minute).padStart(2, "0")}:00Z`,
    resolved_at: null,
    ...more,
  }) as Comment;
const pages = (...firsts: Comment[]): Pages => ({
  pageParams: [undefined],
  pages: [
    {
      threads: firsts.map((first) => ({ comment: first, replies: [], reply_count: 0 })),
      total: firsts.length,
      next: undefined,
    },
  ],
});
const drawn = (list: Pages | null) =>
  list?.pages[0]?.threads.map(({ comment: { id }, replies, reply_count }) =>
    [id, ...replies.map((reply) => reply.id), reply_count].join(" "),
  );
const event = (kind: string, of: Comment, now: Comment | null = of) =>
  ({ kind, comment_id: of.id, thread_id: of.thread_id, comment: now }) as ProjectEvent;

it("a comment that comes twice, by its answer and by the socket, is there once", () => {
  const created = event("comment_created", comment("c2", "c2", 5));
  const once = afterEvent(pages(comment("c1")), created, "open");
  expect(drawn(once)).toEqual(["c2 0", "c1 0"]);
  expect(drawn(afterEvent(once as Pages, created, "open"))).toEqual(["c2 0", "c1 0"]);
  expect(once?.pages[0]?.total).toBe(2);
});

it("what was shown before it was sent becomes what the server made of it, whichever comes first", () => {
  const draft = comment("draft", "draft", 5);
  const real = comment("c2", "c2", 6);
  const shown = withComment(pages(comment("c1")), draft, "open") as Pages;
  expect(drawn(shown)).toEqual(["draft 0", "c1 0"]);
  expect(drawn(settled(shown, "draft", real, "open"))).toEqual(["c2 0", "c1 0"]);
  // the list was read anew in between, with the comment and without the draft
  const read = pages(real, comment("c1"));
  const after = settled(read, "draft", real, "open");
  expect([drawn(after), after?.pages[0]?.total]).toEqual([["c2 0", "c1 0"], 2]);
});

it("a reply is appended once and counted once, and its draft is replaced", () => {
  const list = pages(comment("c1"));
  const draft = withComment(list, comment("draft", "c1", 2), "open") as Pages;
  const real = comment("r1", "c1", 3);
  const sent = settled(draft, "draft", real, "open") as Pages;
  expect(drawn(sent)).toEqual(["c1 r1 1"]);
  expect(drawn(afterEvent(sent, event("comment_created", real), "open"))).toEqual(["c1 r1 1"]);
});

it.each<[Filter, string[]]>([
  ["open", []],
  ["all", ["c1 0"]],
])("a thread that is resolved leaves the open ones: %s", (filter, left) => {
  const before = pages(comment("c1"));
  const resolved = comment("c1", "c1", 0, { resolved_at: "2026-11-30T08:00:00Z" });
  expect(drawn(afterEvent(before, event("comment_changed", resolved), filter))).toEqual(left);
});

it("a thread that is reopened has its list read anew: nobody here knows its place and its replies", () => {
  const reopened = event("comment_changed", comment("c1"));
  expect(afterEvent(pages(comment("c9", "c9", 9)), reopened, "open")).toBeNull();
  expect(afterEvent(pages(), reopened, "open")).toBeNull();
});

it("what is deleted goes, with its thread where it was the first; a tombstone stays", () => {
  const list = withComment(pages(comment("c1")), comment("r1", "c1", 1), "all") as Pages;
  const reply = event("comment_deleted", comment("r1", "c1", 1), null);
  expect(drawn(afterEvent(list, reply, "all"))).toEqual(["c1 0"]);
  const tombstone = comment("c1", "c1", 0, { text: null, deleted_at: "2026-11-30T08:00:00Z" });
  const kept = afterEvent(list, event("comment_deleted", comment("c1"), tombstone), "all");
  expect(drawn(kept)).toEqual(["c1 r1 1"]);
  expect(kept?.pages[0]?.threads[0]?.comment.text).toBeNull();
  const gone = afterEvent(list, event("comment_deleted", comment("c1"), null), "all");
  expect([drawn(gone), gone?.pages[0]?.total]).toEqual([[], 0]);
  expect(afterEvent(pages(comment("c1")), reply, "all")).toBeNull();
});

it("an event of another thread, or one that was over before it came, changes nothing", () => {
  const list = pages(comment("c1"));
  const elsewhere = event("comment_created", comment("r1", "c7", 1));
  expect(afterEvent(list, elsewhere, "open")).toBe(list);
  expect(afterEvent(list, event("comment_created", comment("c8"), null), "open")).toBe(list);
  const [thread] = list.pages[0]?.threads ?? [];
  if (!thread) throw new Error("no thread");
  expect(threadAfterEvent(thread, elsewhere)).toBe(thread);
  expect(threadAfterEvent(thread, event("comment_deleted", comment("c1"), null))).toBeNull();
});
