import { expect, it } from "vitest";
import { type ServerEvent, serverEvents } from "./events";

async function read(...parts: string[]): Promise<ServerEvent[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(encoder.encode(part));
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of serverEvents(body)) events.push(event);
  return events;
}

it("puts an event together wherever the network has cut it", async () => {
  const events = await read("id: 4\neve", 'nt: progress\ndata: {"done"', ": 1}\n", "\nid: 5\n");
  expect(events).toEqual([{ id: "4", event: "progress", data: '{"done": 1}' }]);
});

it("passes over heartbeats and keeps the last of several events", async () => {
  const events = await read(": heartbeat\n\ndata: a\n\n", ": heartbeat\n\nevent: end\ndata: b\n\n");
  expect(events.map(({ event, data }) => [event, data])).toEqual([
    ["message", "a"],
    ["end", "b"],
  ]);
});

it("reads lines that end as Windows ends them", async () => {
  const events = await read("data: a\r\ndata: b\r\n\r\n");
  expect(events.map(({ data }) => data)).toEqual(["a\nb"]);
});
