import type { Schemas } from "@/api/client";
import type { ProjectEvent } from "./stream";

/** A draft is shown before the server has it. */
export type Comment = Schemas["Comment"] & { isDraft?: true };
export type Thread = Omit<Schemas["Thread"], "comment" | "replies"> & {
  comment: Comment;
  replies: Comment[];
};
export type ThreadPage = { threads: Thread[]; total: number; next: string | undefined };
export type Pages = { pages: ThreadPage[]; pageParams: unknown[] };

/** Which threads a list has: by whether they are settled, or all. */
export const FILTERS = ["open", "resolved", "all"] as const;
export type Filter = (typeof FILTERS)[number];

export const isFirst = (comment: Comment) => comment.thread_id === comment.id;

const belongs = (first: Comment, filter: Filter) =>
  filter === "all" || (filter === "resolved") === Boolean(first.resolved_at);

/** What a change leaves of a list; null where the list has to be read anew to know. */
type Changed<T> = T | null;

/**
 * A list with a comment as it stands now. A comment that is there already is replaced, so that what is sent twice, or
 * has been shown before it was sent, is there once.
 */
export function withComment(
  pages: Pages,
  comment: Comment,
  filter: Filter,
  isNew = true,
): Changed<Pages> {
  const known = pages.pages.some((page) => page.threads.some(isThread(comment)));
  if (!known) {
    if (!isFirst(comment) || !belongs(comment, filter)) return pages;
    // an older one has replies that nobody here knows
    return isNew && isNewest(pages, comment) ? onTop(pages, comment) : null;
  }
  if (isFirst(comment) && !belongs(comment, filter)) return withoutThread(pages, comment.id);
  return mapThreads(pages, (thread) =>
    isThread(comment)(thread) ? threadWith(thread, comment) : thread,
  );
}

/** A thread with a comment as it stands now. A reply further back than those that are loaded is left there. */
export function threadWith(thread: Thread, comment: Comment): Thread {
  if (isFirst(comment)) return { ...thread, comment };
  const at = thread.replies.findIndex(({ id }) => id === comment.id);
  if (at >= 0) return { ...thread, replies: thread.replies.with(at, comment) };
  const last = thread.replies.at(-1);
  if (last && timeOf(last) > timeOf(comment)) return thread;
  return {
    ...thread,
    replies: [...thread.replies, comment],
    reply_count: thread.reply_count + 1,
  };
}

/** A list without a comment that is gone; a first comment takes its thread along. */
export function withoutComment(pages: Pages, threadId: string, commentId: string): Changed<Pages> {
  if (threadId === commentId) return withoutThread(pages, threadId);
  const thread = pages.pages
    .flatMap((page) => page.threads)
    .find(({ comment }) => comment.id === threadId);
  if (!thread) return pages;
  // further back than the replies that are loaded, or gone already: the count says which, once it is read
  if (!thread.replies.some(({ id }) => id === commentId)) return null;
  return mapThreads(pages, (one) => (one === thread ? threadWithout(one, commentId) : one));
}

export function threadWithout(thread: Thread, commentId: string): Thread {
  const replies = thread.replies.filter(({ id }) => id !== commentId);
  const gone = thread.replies.length - replies.length;
  return { ...thread, replies, reply_count: thread.reply_count - gone };
}

/** A list in which what was shown before it was sent has become what the server made of it. */
export function settled(
  pages: Pages,
  draftId: string,
  comment: Comment,
  filter: Filter,
): Changed<Pages> {
  const threadId = isFirst(comment) ? draftId : comment.thread_id;
  const without = withoutComment(pages, threadId, draftId) ?? pages;
  return withComment(without, comment, filter);
}

/** A moment that no comment of a list comes after, whatever this computer's clock says. */
export function latestOf(pages: Pages | undefined): string {
  const comments = (pages?.pages ?? []).flatMap((page) =>
    page.threads.flatMap(({ comment, replies }) => [comment, ...replies]),
  );
  return new Date(Math.max(Date.now(), ...comments.map(timeOf))).toISOString();
}

/** A list after an event. */
export function afterEvent(pages: Pages, event: ProjectEvent, filter: Filter): Changed<Pages> {
  const { kind, comment, comment_id: id, thread_id: threadId } = event;
  if (!id || !threadId) return pages;
  if (comment) return withComment(pages, comment, filter, kind === "comment_created");
  return kind === "comment_created" && !has(pages, threadId)
    ? pages
    : withoutComment(pages, threadId, id);
}

/** One thread after an event; null where it is gone or has to be read anew. */
export function threadAfterEvent(thread: Thread, event: ProjectEvent): Changed<Thread> {
  const { comment, comment_id: id, thread_id: threadId } = event;
  if (threadId !== thread.comment.id || !id) return thread;
  if (comment) return threadWith(thread, comment);
  return id === threadId ? null : threadWithout(thread, id);
}

const isThread =
  (of: Comment) =>
  ({ comment }: Thread) =>
    comment.id === of.thread_id;

const has = (pages: Pages, threadId: string) =>
  pages.pages.some((page) => page.threads.some(({ comment }) => comment.id === threadId));

const timeOf = ({ created_at }: Comment) => Date.parse(created_at);

const isNewest = ({ pages }: Pages, first: Comment) =>
  pages.flatMap((page) => page.threads).every(({ comment }) => timeOf(comment) <= timeOf(first));

function onTop(pages: Pages, comment: Comment): Pages {
  const [first, ...others] = pages.pages;
  if (!first) return pages;
  const thread = { comment, replies: [], reply_count: 0 };
  return counted(
    { ...pages, pages: [{ ...first, threads: [thread, ...first.threads] }, ...others] },
    1,
  );
}

function withoutThread(pages: Pages, id: string): Pages {
  if (!has(pages, id)) return pages;
  const left = pages.pages.map((page) => ({
    ...page,
    threads: page.threads.filter(({ comment }) => comment.id !== id),
  }));
  return counted({ ...pages, pages: left }, -1);
}

const mapThreads = (pages: Pages, change: (thread: Thread) => Thread): Pages => ({
  ...pages,
  pages: pages.pages.map((page) => ({ ...page, threads: page.threads.map(change) })),
});

const counted = (pages: Pages, by: number): Pages => ({
  ...pages,
  pages: pages.pages.map((page) => ({ ...page, total: page.total + by })),
});
