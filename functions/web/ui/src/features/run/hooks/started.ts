import { useSyncExternalStore } from "react";

/** Generations name their run when they start and nowhere else, so this browser remembers the latest ones. */
const MOST = 20;
const listeners = new Set<() => void>();
const cache = new Map<string, { text: string | null; runs: string[] }>();
const place = (projectId: string) => `sight.runs.${projectId}`;

export function rememberRun(projectId: string, runId: string): void {
  const runs = [runId, ...read(projectId).filter((known) => known !== runId)].slice(0, MOST);
  localStorage.setItem(place(projectId), JSON.stringify(runs));
  for (const listener of listeners) listener();
}

export function forgetRun(projectId: string, runId: string): void {
  const runs = read(projectId).filter((known) => known !== runId);
  localStorage.setItem(place(projectId), JSON.stringify(runs));
  for (const listener of listeners) listener();
}

function read(projectId: string): string[] {
  const text = localStorage.getItem(place(projectId));
  const known = cache.get(projectId);
  if (known && known.text === text) return known.runs;
  const runs = parse(text);
  cache.set(projectId, { text, runs });
  return runs;
}

function parse(text: string | null): string[] {
  try {
    const kept: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

/** The runs that were started here, the latest first. */
export function useStartedRuns(projectId: string): string[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      addEventListener("storage", listener);
      return () => {
        listeners.delete(listener);
        removeEventListener("storage", listener);
      };
    },
    () => read(projectId),
  );
}
