import {
  QueryClient,
  QueryClientProvider,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import { api } from "@/api/client";
import { latestRunQuery, runFilter, runsQuery } from "./runs";

vi.mock("@/api/client", async (original) => ({
  ...(await original<typeof import("@/api/client")>()),
  api: { GET: vi.fn() },
}));

let client: QueryClient;
beforeEach(() => {
  vi.clearAllMocks();
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
});
const wrapper = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={client}>{children}</QueryClientProvider>
);

/** Answers with these pages of runs, each with the cursor of the next. */
const answers = (...pages: string[][]) => {
  const next = vi.mocked(api.GET);
  pages.forEach((ids, number) => {
    const headers = new Headers({ "x-total-count": String(pages.flat().length) });
    if (number < pages.length - 1) headers.set("x-next-cursor", ids.at(-1) ?? "");
    const data = ids.map((id) => ({ id }));
    next.mockResolvedValueOnce({ data, response: new Response(null, { headers }) } as never);
  });
};
const asked = () =>
  vi
    .mocked(api.GET)
    .mock.calls.map((call) => (call as unknown as [string, { params: object }])[1].params);

it("reads the runs of a project from the server, page after page", async () => {
  answers(["run-3", "run-2"], ["run-1"]);
  const { result } = renderHook(() => useInfiniteQuery(runsQuery("p", { kind: "survey-run" })), {
    wrapper,
  });
  await waitFor(() => expect(result.current.hasNextPage).toBe(true));
  await act(() => result.current.fetchNextPage());
  await waitFor(() => expect(result.current.data?.pages).toHaveLength(2));
  const ids = result.current.data?.pages.flatMap(({ runs }) => runs.map(({ id }) => id));
  expect(ids).toEqual(["run-3", "run-2", "run-1"]);
  expect(result.current.data?.pages[0]?.total).toBe(3);
  expect(result.current.hasNextPage).toBe(false);
  const path = { project_id: "p" };
  expect(asked()).toEqual([
    { path, query: { kind: "survey-run", limit: 20 } },
    { path, query: { kind: "survey-run", cursor: "run-2", limit: 20 } },
  ]);
});

it("knows the newest run of a kind, and that there is none yet", async () => {
  answers(["run-9"]);
  const newest = renderHook(() => useQuery(latestRunQuery("p", "persona-generate")), { wrapper });
  await waitFor(() => expect(newest.result.current.data).toEqual({ id: "run-9" }));
  answers([]);
  const none = renderHook(() => useQuery(latestRunQuery("p")), { wrapper });
  await waitFor(() => expect(none.result.current.data).toBeNull());
});

it("takes from an address only what a run can be", () => {
  expect(runFilter({ kind: "export", status: "failed" })).toEqual({
    kind: "export",
    status: "failed",
  });
  expect(runFilter({ kind: "sleep", status: 7 })).toEqual({ kind: undefined, status: undefined });
});
