import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { beforeEach, expect, it, vi } from "vitest";
import { api, authorizedFetch } from "@/api/client";
import { type Run, runQuery, useRun } from "./run";

vi.mock("@/api/client", async (original) => ({
  ...(await original<typeof import("@/api/client")>()),
  api: { GET: vi.fn() },
  authorizedFetch: vi.fn(),
}));

const RUN = { id: "run-1", kind: "survey-run", status: "running", done: 4, total: 12, failed: 0 };
const run = (status: string) => ({ ...RUN, status }) as Run;
let client: QueryClient;
beforeEach(() => {
  vi.clearAllMocks();
  client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
});

/** What the run is when it is first read, and what its events say after that. */
const watched = (first: string, events: string[]) => {
  vi.mocked(api.GET).mockResolvedValue({ data: run(first), response: new Response() } as never);
  vi.mocked(authorizedFetch).mockImplementation(async () => {
    const body = events.map((status) => `data: ${JSON.stringify(run(status))}\n\n`).join("");
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  });
  const ended: string[] = [];
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const hook = renderHook(() => useRun("run-1", ({ status }) => ended.push(status)), { wrapper });
  return { ended, hook };
};

it("tells the end of a run that its events tell", async () => {
  const { ended, hook } = watched("running", ["running", "succeeded"]);
  await waitFor(() => expect(ended).toEqual(["succeeded"]));
  expect(hook.result.current.data?.status).toBe("succeeded");
});

it("tells the end of a run that was over before it was read", async () => {
  const { ended } = watched("partial", []);
  await waitFor(() => expect(ended).toEqual(["partial"]));
  expect(authorizedFetch).not.toHaveBeenCalled();
});

it("tells the end of a run that another reading found over", async () => {
  const { ended, hook } = watched("running", ["running"]);
  await waitFor(() => expect(hook.result.current.data?.status).toBe("running"));
  act(() => void client.setQueryData(runQuery("run-1").queryKey, run("failed")));
  await waitFor(() => expect(ended).toEqual(["failed"]));
});

it("tells each end of a run that is tried again once", async () => {
  const { ended, hook } = watched("partial", ["succeeded"]);
  await waitFor(() => expect(ended).toEqual(["partial"]));
  act(() => void client.setQueryData(runQuery("run-1").queryKey, run("running")));
  await waitFor(() => expect(ended).toEqual(["partial", "succeeded"]));
  hook.rerender();
  expect(ended).toHaveLength(2);
});
