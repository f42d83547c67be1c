import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { applyComment, commentsKey, readAllAnew } from "./cache";
import type { Comment, ThreadPage } from "./threads";

const SUBJECT = { kind: "persona", id: "s1" } as const;
const comment = (id: string, minute: number): Comment => ({
  id,
  thread_id: id,
  project_id: "p",
  subject: SUBJECT,
  text: id,
  mentions: [],
  author: { id: "a1", name: "Ada" },
  created_at: `2026-11-30T07:0${minute}:00Z`,
});
const page = (...comments: Comment[]): ThreadPage => ({
  threads: comments.map((one) => ({ comment: one, replies: [], reply_count: 0 })),
  total: comments.length,
  next: undefined,
});

let client: QueryClient;
let answers: ((page: ThreadPage) => void)[];
let stop: () => void;
const queryKey = [...commentsKey("p"), SUBJECT.kind, SUBJECT.id, "open"];
const listed = () =>
  client
    .getQueryData<{ pages: ThreadPage[] }>(queryKey)
    ?.pages.flatMap(({ threads }) => threads.map((thread) => thread.comment.id));
const created = (id: string, minute: number) =>
  applyComment(client, "p", {
    kind: "comment_created",
    comment: comment(id, minute),
    comment_id: id,
    thread_id: id,
  });

beforeEach(() => {
  client = new QueryClient();
  answers = [];
  const observer = new InfiniteQueryObserver(client, {
    queryKey,
    queryFn: () => new Promise<ThreadPage>((done) => answers.push(done)),
    initialPageParam: undefined,
    getNextPageParam: () => undefined,
  });
  stop = observer.subscribe(() => undefined);
});
afterEach(() => stop());

it("what happens while a list is read for the first time is not lost: it is read once more", async () => {
  created("c2", 2);
  // this answer was made before the comment was
  answers[0]?.(page(comment("c1", 1)));
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.(page(comment("c2", 2), comment("c1", 1)));
  await vi.waitFor(() => expect(listed()).toEqual(["c2", "c1"]));
});

it("nor what happens while it is read again: it is shown, and the older answer is not taken", async () => {
  answers[0]?.(page(comment("c1", 1)));
  await vi.waitFor(() => expect(listed()).toEqual(["c1"]));
  void client.invalidateQueries({ queryKey });
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  created("c2", 2);
  expect(listed()).toEqual(["c2", "c1"]);
  answers[1]?.(page(comment("c1", 1)));
  await vi.waitFor(() => expect(answers).toHaveLength(3));
  expect(listed()).toEqual(["c2", "c1"]);
  answers[2]?.(page(comment("c2", 2), comment("c1", 1)));
  await vi.waitFor(() => expect(client.isFetching()).toBe(0));
  expect(listed()).toEqual(["c2", "c1"]);
});

it("a reset reads again what is shown, and what is on its way for the first time as well", async () => {
  readAllAnew(client, commentsKey("p"));
  answers[0]?.(page(comment("c1", 1)));
  await vi.waitFor(() => expect(answers).toHaveLength(2));
});
