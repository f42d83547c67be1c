import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, type Schemas, taken, takenWhole } from "@/api/client";

export type InboxEntry = Schemas["InboxEntry"];

const KEY = ["inbox"] as const;
/** Outside a project there is no socket that says so, so it is asked for. */
const ASKED_EVERY_MS = 60_000;

export const inboxKey = KEY;

export const unreadQuery = queryOptions({
  queryKey: [...KEY, "unread"],
  queryFn: () => taken(api.GET("/api/v1/collaboration/inbox/unread")),
  refetchInterval: ASKED_EVERY_MS,
});

/** What concerns the reader, the newest first, page after page. */
export const inboxQuery = (unread: boolean) =>
  infiniteQueryOptions({
    queryKey: [...KEY, unread ? "new" : "all"],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const { data, response } = await takenWhole(
        api.GET("/api/v1/collaboration/inbox", {
          params: { query: { unread: unread || undefined, cursor: pageParam } },
        }),
      );
      return {
        entries: data,
        total: Number(response.headers.get("x-total-count")),
        next: response.headers.get("x-next-cursor") ?? undefined,
      };
    },
    getNextPageParam: (page) => page.next,
  });

/** Marks one entry as read, or one and everything before it. */
export const useMarkRead = () =>
  useChange([KEY], (body: Schemas["MarkRead"]) =>
    taken(api.POST("/api/v1/collaboration/inbox/read", { body })),
  );
