import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, authorizedFetch, type Schemas, taken } from "@/api/client";
import { serverEvents } from "@/api/events";

export type Run = Schemas["RunView"];

/** As the server's `retry:` says. */
const COME_BACK_MS = 3_000;

export const isOver = (run: Run | undefined) =>
  run !== undefined && run.status !== "queued" && run.status !== "running";

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["run", id],
    queryFn: () => taken(api.GET("/api/v1/runs/{run_id}", { params: { path: { run_id: id } } })),
  });

/**
 * A run as it goes: read once, then live by server-sent events. Each event is the whole run, so what is
 * missed while a connection is broken is made good by the next one. `onEnd` hears of a run that is over however that
 * was learnt: a short one is over before it is first read, and what was asked for while it ran is then old. A run that
 * a list has `read` is not read once more.
 */
export function useRun(id: string | null | undefined, onEnd?: (run: Run) => void, read?: Run) {
  const client = useQueryClient();
  const query = useQuery({ ...runQuery(id ?? ""), enabled: Boolean(id), initialData: read });
  const over = isOver(query.data);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an end is told once, whoever listens
  useEffect(() => {
    if (over && query.data) onEnd?.(query.data);
  }, [id, over]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a run is watched once, whoever listens
  useEffect(() => {
    if (!id || over || !query.data) return;
    const stop = new AbortController();
    void watch(id, stop.signal, (run) => client.setQueryData(runQuery(id).queryKey, run));
    return () => stop.abort();
  }, [id, over, query.data === undefined]);
  return query;
}

/** Follows the events until the run is over, coming back where the connection broke. */
export async function watch(id: string, signal: AbortSignal, onRun: (run: Run) => void) {
  let last: string | null = null;
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = { accept: "text/event-stream" };
      if (last) headers["last-event-id"] = last;
      const request = new Request(`/api/v1/runs/${id}/events`, { headers, signal });
      const response = await authorizedFetch(request);
      if (response.status === 404 || response.status === 401) return;
      if (response.ok && response.body) {
        for await (const event of serverEvents(response.body)) {
          const run = JSON.parse(event.data) as Run;
          last = event.id ?? last;
          onRun(run);
          if (isOver(run)) return;
        }
      }
    } catch (failure) {
      if (signal.aborted) return;
      console.debug("the events of a run broke off", failure);
    }
    await new Promise((done) => setTimeout(done, COME_BACK_MS));
  }
}

export function useCancelRun(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      taken(api.POST("/api/v1/runs/{run_id}/cancel", { params: { path: { run_id: id } } })),
    onSuccess: (run) => client.setQueryData(runQuery(id).queryKey, run),
  });
}

export function useRetryRun(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      taken(api.POST("/api/v1/runs/{run_id}/retry", { params: { path: { run_id: id } } })),
    onSuccess: (run) => client.setQueryData(runQuery(id).queryKey, run),
  });
}
