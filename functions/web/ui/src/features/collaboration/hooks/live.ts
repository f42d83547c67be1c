import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, taken } from "@/api/client";
import { useSession } from "@/app/session";
import { applyComment, commentsKey, countsKey, readAllAnew, threadsKey } from "./cache";
import { inboxKey } from "./inbox";
import { onShown, presenceQuery, sayPresent, shownSubject } from "./presence";
import { type Listener, type Mode, type Ports, type ProjectEvent, Stream } from "./stream";
import { tasksKey } from "./tasks";
import { afterWriting } from "./writing";

/** A sign of life is good for 45 seconds. */
const SIGN_OF_LIFE_MS = 20_000;

/** Keeps what is shown of a project as it is on the server, while one of its screens is open. */
export function useLive(projectId: string): void {
  const client = useQueryClient();
  const self = useSession()?.user.id;
  const [mode, setMode] = useState<Mode>("connecting");
  useEffect(() => {
    const stream = new Stream(ports(projectId), {
      ...listener(client, projectId, self),
      onMode: setMode,
    });
    const nudge = () => {
      if (document.visibilityState === "visible") stream.nudge();
    };
    addEventListener("online", nudge);
    document.addEventListener("visibilitychange", nudge);
    const deaf = onShown((subject) => stream.look(subject));
    stream.look(shownSubject());
    void stream.run();
    return () => {
      removeEventListener("online", nudge);
      document.removeEventListener("visibilitychange", nudge);
      deaf();
      stream.stop();
    };
  }, [client, projectId, self]);
  useEffect(() => {
    if (mode !== "polling") return;
    const { queryKey } = presenceQuery(projectId);
    const say = () =>
      void sayPresent(projectId, shownSubject()).then(
        (presence) => client.setQueryData(queryKey, presence),
        () => client.setQueryData(queryKey, { is_known: false, people: [] }),
      );
    say();
    const timer = setInterval(say, SIGN_OF_LIFE_MS);
    return () => clearInterval(timer);
  }, [client, projectId, mode]);
}

const ports = (project_id: string): Ports => ({
  ticket: async () =>
    (await taken(api.POST("/api/v1/collaboration/tickets", { body: { project_id } }))).ticket,
  connect: (query) => {
    const address = new URL("/api/v1/collaboration/socket", location.origin);
    address.protocol = address.protocol.replace("http", "ws");
    address.search = query.toString();
    return new WebSocket(address);
  },
  read: (since) =>
    taken(
      api.GET("/api/v1/collaboration/projects/{project_id}/events", {
        params: {
          path: { project_id },
          query: since ? { since: since.offset, epoch: since.epoch } : {},
        },
      }),
    ),
  random: Math.random,
});

function listener(
  client: QueryClient,
  projectId: string,
  self: string | undefined,
): Omit<Listener, "onMode"> {
  return {
    onEvent: (event) => {
      if (event.actor_id === self) afterWriting(() => apply(client, projectId, event));
      else apply(client, projectId, event);
    },
    onReset: () => {
      const keys = [commentsKey(projectId), countsKey(projectId), threadsKey, tasksKey(projectId)];
      for (const key of keys) readAllAnew(client, key);
    },
    onPresence: ({ is_known, people }) =>
      client.setQueryData(presenceQuery(projectId).queryKey, { is_known, people }),
    onInbox: () => void client.invalidateQueries({ queryKey: inboxKey }),
    onOver: () => {
      void client.invalidateQueries({ queryKey: ["project", projectId] });
      void client.invalidateQueries({ queryKey: ["projects"] });
    },
  };
}

function apply(client: QueryClient, projectId: string, event: ProjectEvent): void {
  if (event.comment_id) applyComment(client, projectId, event);
  else readAllAnew(client, tasksKey(projectId));
}
