import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";
import type { ProjectEvent } from "./stream";
import {
  afterEvent,
  type Comment,
  FILTERS,
  type Filter,
  latestOf,
  type Pages,
  settled,
  type Thread,
  threadAfterEvent,
  withComment,
  withoutComment,
} from "./threads";

export const commentsKey = (projectId: string) => ["project", projectId, "comments"] as const;
export const countsKey = (projectId: string) => ["project", projectId, "comment-counts"] as const;
export const threadsKey = ["thread"] as const;

/** What an event says about a comment; an answer of the server says as much. */
type Told = Pick<ProjectEvent, "kind" | "comment" | "comment_id" | "thread_id">;

/** Takes over what has happened to a comment, wherever it is shown. */
export function applyComment(client: QueryClient, projectId: string, told: Told): void {
  const event = told as ProjectEvent;
  changeLists(client, projectId, event.comment ?? null, (pages, filter) =>
    afterEvent(pages, event, filter),
  );
  for (const query of client.getQueryCache().findAll({ queryKey: threadsKey })) {
    change<Thread>(client, query, (thread) => threadAfterEvent(thread, event));
  }
  void client.invalidateQueries({ queryKey: countsKey(projectId) });
}

/** Shows a comment before the server has it. */
export function showDraft(client: QueryClient, projectId: string, draft: Comment): void {
  changeLists(client, projectId, draft, (pages, filter) =>
    withComment(pages, { ...draft, created_at: latestOf(pages) }, filter),
  );
}

/** The draft has become a comment, or nothing. */
export function settleDraft(
  client: QueryClient,
  projectId: string,
  draft: Pick<Comment, "id" | "thread_id">,
  comment: Comment | null,
): void {
  changeLists(client, projectId, comment, (pages, filter) =>
    comment
      ? settled(pages, draft.id, comment, filter)
      : withoutComment(pages, draft.thread_id, draft.id),
  );
  if (comment) {
    const { id, thread_id } = comment;
    const told = { kind: "comment_created", comment, comment_id: id, thread_id } as const;
    applyComment(client, projectId, told);
  }
}

/** Changes each list of comments that the project's screens have read, those of the comment's subject where it has one. */
function changeLists(
  client: QueryClient,
  projectId: string,
  comment: Comment | null,
  how: (pages: Pages, filter: Filter) => Pages | null,
): void {
  const subject = comment ? [comment.subject.kind, comment.subject.id] : [];
  const queryKey = [...commentsKey(projectId), ...subject];
  for (const query of client.getQueryCache().findAll({ queryKey })) {
    const filter = FILTERS.find((known) => known === query.queryKey.at(-1));
    if (filter) change<Pages>(client, query, (pages) => how(pages, filter));
  }
}

/** Changes what is cached; reads it anew where that is not enough, or where an older answer is still on its way. */
function change<T>(client: QueryClient, query: Query, how: (data: T) => T | null): void {
  const data = query.state.data as T | undefined;
  const next = data === undefined ? undefined : how(data);
  if (next && next !== data) client.setQueryData(query.queryKey, next);
  if (next === null || query.state.fetchStatus === "fetching") readAnew(client, query);
}

/** Reads all of these anew; what is being read for the first time as well, once it is there. */
export function readAllAnew(client: QueryClient, queryKey: QueryKey): void {
  for (const query of client.getQueryCache().findAll({ queryKey })) readAnew(client, query);
}

function readAnew(client: QueryClient, query: Query): void {
  const invalidate = () => void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
  // an answer on its way is older than what has happened; the first one cannot be called off
  if (query.state.data === undefined && query.promise) query.promise.then(invalidate, invalidate);
  else invalidate();
}
