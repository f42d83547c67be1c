import { queryOptions } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, taken } from "@/api/client";
import type { Presence, SubjectRef } from "./stream";

/** This tab, as the server tells several tabs of one person apart. */
const TAB = crypto.randomUUID();

const path = (project_id: string) => ({ params: { path: { project_id } } });

/** Who is in a project now. It comes by the socket, or with each sign of life by plain HTTP; nobody asks for it. */
export const presenceQuery = (projectId: string) =>
  queryOptions<Presence>({
    queryKey: ["presence", projectId],
    queryFn: () =>
      taken(api.GET("/api/v1/collaboration/projects/{project_id}/presence", path(projectId))),
    enabled: false,
    gcTime: 0,
  });

/** A sign of life for somebody who has no socket. */
export const sayPresent = (projectId: string, looks_at: SubjectRef | null): Promise<Presence> =>
  taken(
    api.PUT("/api/v1/collaboration/projects/{project_id}/presence", {
      ...path(projectId),
      body: { tab: TAB, looks_at },
    }),
  );

let shown: SubjectRef | null = null;
const listeners = new Set<(subject: SubjectRef | null) => void>();

/** What this tab shows now. */
export const shownSubject = () => shown;

export function onShown(listener: (subject: SubjectRef | null) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function show(subject: SubjectRef | null) {
  shown = subject;
  for (const listener of listeners) listener(subject);
}

/** Tells the others that this tab shows something, for as long as it does. */
export function useShows(kind: SubjectRef["kind"], id: string): void {
  useEffect(() => {
    show({ kind, id });
    return () => show(null);
  }, [kind, id]);
}
