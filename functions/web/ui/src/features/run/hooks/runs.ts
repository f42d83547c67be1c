import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, taken, takenWhole } from "@/api/client";
import type { Run } from "./run";

/** Runs a page: a card each. */
const PAGE = 20;

export type RunFilter = { kind?: Run["kind"]; status?: Run["status"] };

/** Every kind and status, so that one of the API that has no text here does not compile. */
const KIND: Record<Run["kind"], true> = {
  "persona-generate": true,
  "persona-insights": true,
  "focus-group-run": true,
  "focus-group-summary": true,
  "survey-run": true,
  "kpi-recalc": true,
  "rag-ingest": true,
  export: true,
};
const STATUS: Record<Run["status"], true> = {
  queued: true,
  running: true,
  succeeded: true,
  partial: true,
  failed: true,
  cancelled: true,
};
export const KINDS = Object.keys(KIND) as Run["kind"][];
export const STATUSES = Object.keys(STATUS) as Run["status"][];

/** What of an address is a filter: what it has of another time is none. */
export const runFilter = (search: Record<string, unknown>): RunFilter => ({
  kind: KINDS.find((kind) => kind === search.kind),
  status: STATUSES.find((status) => status === search.status),
});

/** The runs of a project, page after page, the newest first. */
export const runsQuery = (projectId: string, filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ["project", projectId, "runs", filter],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const { data, response } = await takenWhole(
        api.GET("/api/v1/projects/{project_id}/runs", {
          params: {
            path: { project_id: projectId },
            query: { ...filter, cursor: pageParam, limit: PAGE },
          },
        }),
      );
      return {
        runs: data,
        total: Number(response.headers.get("x-total-count")),
        next: response.headers.get("x-next-cursor") ?? undefined,
      };
    },
    getNextPageParam: (page) => page.next,
    // another person, or another screen, may have started one
    staleTime: 0,
  });

/** The newest run of a project, or the newest of one kind; null before there is one. */
export const latestRunQuery = (projectId: string, kind?: Run["kind"]) =>
  queryOptions({
    queryKey: ["project", projectId, "runs", "latest", kind ?? null],
    queryFn: async () => {
      const [latest] = await taken(
        api.GET("/api/v1/projects/{project_id}/runs", {
          params: { path: { project_id: projectId }, query: { kind, limit: 1 } },
        }),
      );
      return latest ?? null;
    },
    staleTime: 0,
  });
