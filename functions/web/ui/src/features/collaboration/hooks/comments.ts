import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, type Schemas, taken, takenWhole } from "@/api/client";
import { currentSession } from "@/api/session";
import { applyComment, commentsKey, countsKey, settleDraft, showDraft, threadsKey } from "./cache";
import type { SubjectRef } from "./stream";
import type { Comment, Filter, Thread, ThreadPage } from "./threads";
import { beginWriting, endWriting } from "./writing";

export type PersonRef = Schemas["Colleague"];

/** What somebody has written: the key makes two clicks one comment. */
export type Written = { key: string; text: string; mentions: PersonRef[] };

const ofProject = (project_id: string) => ({ path: { project_id } });
const of = (comment_id: string) => ({ params: { path: { comment_id } } });

/** The threads about one subject, the newest first, page after page. */
export const threadsQuery = (projectId: string, { kind, id }: SubjectRef, filter: Filter) =>
  infiniteQueryOptions({
    queryKey: [...commentsKey(projectId), kind, id, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }): Promise<ThreadPage> => {
      const { data, response } = await takenWhole(
        api.GET("/api/v1/collaboration/projects/{project_id}/comments", {
          params: {
            ...ofProject(projectId),
            query: {
              subject_kind: kind,
              subject_id: id,
              state: filter === "all" ? undefined : filter,
              cursor: pageParam,
            },
          },
        }),
      );
      return {
        threads: data,
        total: Number(response.headers.get("x-total-count")),
        next: response.headers.get("x-next-cursor") ?? undefined,
      };
    },
    getNextPageParam: (page) => page.next,
  });

/** The thread that a comment is in, with every reply. */
export const threadQuery = (commentId: string) =>
  queryOptions({
    queryKey: [...threadsKey, commentId],
    queryFn: () => taken(api.GET("/api/v1/collaboration/comments/{comment_id}", of(commentId))),
  });

export const countsQuery = (projectId: string) =>
  queryOptions({
    queryKey: countsKey(projectId),
    queryFn: () =>
      taken(
        api.GET("/api/v1/collaboration/projects/{project_id}/comments/counts", {
          params: ofProject(projectId),
        }),
      ),
  });

/** Sends a comment that is shown at once; `thread` is the one that it replies to, none begins a new one. */
export function useWrite(projectId: string, subject: SubjectRef, thread?: string) {
  const client = useQueryClient();
  const placeOf = (key: string) => ({ id: key, thread_id: thread ?? key });
  return useMutation({
    mutationFn: ({ key, text, mentions }: Written) => {
      const header = { "idempotency-key": key };
      const said = { text, mentions: mentions.map(({ id }) => id) };
      return taken<Comment>(
        thread
          ? api.POST("/api/v1/collaboration/comments/{comment_id}/replies", {
              params: { path: { comment_id: thread }, header },
              body: said,
            })
          : api.POST("/api/v1/collaboration/projects/{project_id}/comments", {
              params: { ...ofProject(projectId), header },
              body: { ...said, subject },
            }),
      );
    },
    onMutate: ({ key, text, mentions }) => {
      beginWriting();
      const user = currentSession()?.user;
      showDraft(client, projectId, {
        ...placeOf(key),
        isDraft: true,
        project_id: projectId,
        subject,
        text,
        mentions,
        author: { id: user?.id ?? "", name: user?.full_name ?? "" },
        created_at: new Date().toISOString(),
      });
    },
    onSuccess: (comment, { key }) => settleDraft(client, projectId, placeOf(key), comment),
    onError: (_, { key }) => settleDraft(client, projectId, placeOf(key), null),
    onSettled: endWriting,
  });
}

/** A change of one comment, taken over wherever that is shown. */
function useChangeComment<Input>(
  { id, thread_id, project_id }: Comment,
  change: (input: Input) => Promise<Comment | null>,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (comment) =>
      applyComment(client, project_id, {
        kind: comment ? "comment_changed" : "comment_deleted",
        comment,
        comment_id: comment?.id ?? id,
        thread_id: comment?.thread_id ?? thread_id,
      }),
  });
}

export const useEdit = (comment: Comment) =>
  useChangeComment(comment, ({ text, mentions }: Omit<Written, "key">) =>
    taken<Comment>(
      api.PATCH("/api/v1/collaboration/comments/{comment_id}", {
        ...of(comment.id),
        body: { text, mentions: mentions.map(({ id }) => id) },
      }),
    ),
  );

/** What has replies leaves a place; everything else is gone. */
export const useDeleteComment = (comment: Comment, hasReplies: boolean) =>
  useChangeComment(comment, async (_: undefined): Promise<Comment | null> => {
    await taken(api.DELETE("/api/v1/collaboration/comments/{comment_id}", of(comment.id)));
    if (!hasReplies) return null;
    return { ...comment, text: null, mentions: [], deleted_at: new Date().toISOString() };
  });

/** Settles a thread, or opens it again. */
export const useResolve = ({ comment }: Thread) =>
  useChangeComment(comment, (isResolved: boolean) =>
    taken<Comment>(
      isResolved
        ? api.POST("/api/v1/collaboration/comments/{comment_id}/resolve", of(comment.id))
        : api.POST("/api/v1/collaboration/comments/{comment_id}/reopen", of(comment.id)),
    ),
  );
