import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ProblemError } from "@/api/problem";
import { type Position, type ProjectEvent, type Socket, Stream } from "./stream";

const EPOCH = "e1";
const event = (offset: number) => ({ offset, kind: "comment_created" }) as ProjectEvent;

class FakeSocket {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((close: { code: number }) => void) | null = null;
  readonly sent: string[] = [];

  constructor(readonly query: URLSearchParams) {}

  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  tell(frame: object) {
    if (this.readyState === 0) this.open();
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  hello(offset: number, epoch = EPOCH) {
    this.tell({ type: "hello", epoch, offset });
  }
  event(offset: number) {
    this.tell({ type: "event", ...event(offset) });
  }
  send(text: string) {
    this.sent.push(text);
  }
  close(code = 1000) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

/** A project with its events, a door that can be shut, and whoever follows it. */
class World {
  readonly sockets: FakeSocket[] = [];
  readonly seen: number[] = [];
  readonly modes: string[] = [];
  readonly asked: (Position | null)[] = [];
  resets = 0;
  over = 0;
  latest = 0;
  epoch = EPOCH;
  tickets = 0;
  refuse: ProblemError | null = null;
  away: ProblemError | null = null;
  readonly stream = new Stream(
    {
      ticket: async () => {
        if (this.refuse) throw this.refuse;
        this.tickets += 1;
        return `ticket-${this.tickets}`;
      },
      connect: (query) => {
        const socket = new FakeSocket(query);
        this.sockets.push(socket);
        return socket as unknown as Socket;
      },
      read: async (since) => this.read(since),
      random: () => 1,
    },
    {
      onEvent: ({ offset }) => this.seen.push(offset),
      onReset: () => {
        this.resets += 1;
      },
      onPresence: () => undefined,
      onInbox: () => undefined,
      onMode: (mode) => this.modes.push(mode),
      onOver: () => {
        this.over += 1;
      },
    },
  );

  private read(since: Position | null) {
    this.asked.push(since);
    if (this.away) throw this.away;
    const standing = { epoch: this.epoch, offset: this.latest, has_more: false };
    if (!since) return { ...standing, is_reset: false, events: [] };
    if (since.epoch !== this.epoch) return { ...standing, is_reset: true, events: [] };
    // two an answer, so that whoever asks has to ask again
    const events = Array.from({ length: this.latest - since.offset }, (_, at) =>
      event(since.offset + at + 1),
    );
    return {
      ...standing,
      is_reset: false,
      events: events.slice(0, 2),
      has_more: events.length > 2,
    };
  }

  get socket(): FakeSocket {
    const last = this.sockets.at(-1);
    if (!last) throw new Error("nobody has connected");
    return last;
  }
}

const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);
let world: World;
beforeEach(async () => {
  vi.useFakeTimers();
  world = new World();
  void world.stream.run();
  await pass();
});
afterEach(() => {
  world.stream.stop();
  vi.useRealTimers();
});

it("has what was read before the first greeting read anew, and then goes on by events", async () => {
  world.socket.hello(17);
  world.socket.event(18);
  world.socket.event(19);
  await pass();
  expect([world.resets, world.seen, world.modes]).toEqual([1, [18, 19], ["live"]]);
});

it("takes a new ticket for each connection, and goes on after the last event that was delivered", async () => {
  world.socket.hello(1);
  world.socket.event(2);
  await pass();
  world.socket.close(4001);
  await pass(1_000);
  expect(world.sockets.map(({ query }) => query.get("ticket"))).toEqual(["ticket-1", "ticket-2"]);
  expect([world.socket.query.get("since"), world.socket.query.get("epoch")]).toEqual(["2", EPOCH]);
  world.socket.hello(2);
  world.socket.event(3);
  await pass();
  expect([world.seen, world.resets]).toEqual([[2, 3], 1]);
});

it("delivers no event twice, however often it is sent", async () => {
  world.socket.hello(0);
  for (const offset of [1, 2, 2, 1, 3, 3]) world.socket.event(offset);
  await pass();
  expect(world.seen).toEqual([1, 2, 3]);
});

it("reads what a gap hides before it delivers what follows", async () => {
  world.socket.hello(0);
  world.latest = 6;
  world.socket.event(1);
  world.socket.event(6);
  world.socket.event(7);
  await pass();
  expect(world.seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

it("reconnects where a gap cannot be filled, and loses nothing", async () => {
  world.socket.hello(0);
  world.away = new ProblemError(503, "", "503", null);
  world.socket.event(3);
  world.socket.event(4);
  await pass();
  expect([world.seen, world.socket.readyState]).toEqual([[], 3]);
  world.away = null;
  world.latest = 4;
  await pass(1_000);
  expect(world.socket.query.get("since")).toBe("0");
  world.socket.hello(4);
  await pass();
  expect(world.seen).toEqual([1, 2, 3, 4]);
});

it("begins anew where the server says so, and in another epoch", async () => {
  world.socket.hello(5);
  world.socket.event(6);
  world.socket.tell({ type: "reset", epoch: "e2", offset: 40 });
  world.socket.event(41);
  await pass();
  expect([world.resets, world.seen]).toEqual([2, [6, 41]]);
  world.socket.close(4011);
  await pass(1_000);
  world.socket.hello(3, "e3");
  world.socket.event(4);
  await pass();
  expect([world.resets, world.seen]).toEqual([3, [6, 41, 4]]);
});

it("loses and doubles nothing over a hundred broken connections", async () => {
  world.socket.hello(0);
  await pass();
  for (let cut = 0; cut < 100; cut += 1) {
    // some come through, some while nobody listens
    world.latest += 1;
    world.socket.event(world.latest);
    await pass();
    world.socket.close(1006);
    world.latest += cut % 4;
    const known = world.sockets.length;
    while (world.sockets.length === known) await pass(1_000);
    const since = Number(world.socket.query.get("since"));
    world.socket.hello(since);
    for (let offset = since + 1; offset <= world.latest; offset += 1) world.socket.event(offset);
    await pass(30_000);
  }
  expect(world.seen).toEqual(Array.from({ length: world.latest }, (_, at) => at + 1));
  expect(world.resets).toBe(1);
});

it("waits longer after each failure, at most a minute", async () => {
  const waits: number[] = [];
  world.away = new ProblemError(503, "", "503", null);
  for (let failure = 0; failure < 10; failure += 1) {
    const known = world.sockets.length;
    world.socket.close(1006);
    const from = Date.now();
    while (world.sockets.length === known) await pass(250);
    waits.push(Date.now() - from);
  }
  expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
  expect(waits.at(-1)).toBe(60_000);
});

it("asks by plain HTTP while no socket can be had, and has the same events", async () => {
  world.socket.hello(0);
  await pass();
  world.refuse = new ProblemError(503, "", "tickets_away", null);
  world.socket.close(1006);
  await pass(10_000);
  world.latest = 5;
  await pass(60_000);
  expect(world.modes.at(-1)).toBe("polling");
  expect(world.seen).toEqual([1, 2, 3, 4, 5]);
  world.refuse = null;
  await pass(60_000);
  expect(world.socket.query.get("since")).toBe("5");
  world.socket.hello(5);
  await pass();
  expect(world.modes.at(-1)).toBe("live");
});

it("says once where the project stands when it never had a socket, and then only what is new", async () => {
  world.latest = 9;
  world.socket.close(1006);
  await pass(1_500);
  world.socket.close(1006);
  await pass();
  expect([world.resets, world.seen]).toEqual([1, []]);
  world.latest = 10;
  await pass(60_000);
  expect(world.seen).toEqual([10]);
});

it.each([
  ["the server says so", 4003],
  ["a ticket is refused for good", 1006],
])("ends when %s", async (_, code) => {
  world.socket.hello(0);
  await pass();
  world.refuse = new ProblemError(404, "project not found", "not_found", null);
  world.socket.close(code);
  await pass(120_000);
  expect([world.over, world.sockets.length]).toEqual([1, 1]);
});

it("gives up a server that never greets, and closes its socket only once that is open", async () => {
  const [silent] = world.sockets;
  const close = vi.spyOn(silent as FakeSocket, "close");
  await pass(16_500);
  expect(close).not.toHaveBeenCalled();
  expect(world.sockets).toHaveLength(2);
  silent?.open();
  expect(close).toHaveBeenCalledOnce();
});

it("finds out that a quiet socket is dead, and takes another one", async () => {
  world.socket.hello(0);
  await pass();
  world.latest = 2;
  await pass(121_000);
  expect([world.seen, world.sockets.length]).toEqual([[1, 2], 2]);
});

it("says what it shows as soon as it may, and again to the next connection", async () => {
  const subject = { kind: "persona", id: "p1" } as const;
  world.stream.look(subject);
  expect(world.socket.sent).toEqual([]);
  world.socket.hello(0);
  await pass();
  world.socket.close(4001);
  await pass(1_000);
  world.socket.hello(0);
  await pass();
  const says = JSON.stringify({ type: "look", subject });
  expect(world.sockets.map(({ sent }) => sent)).toEqual([[says], [says]]);
});

it("says where it is now and then, however fast somebody leafs through people", async () => {
  world.socket.hello(0);
  await pass();
  for (let at = 1; at <= 30; at += 1) {
    world.stream.look({ kind: "persona", id: `p${at}` });
    await pass(50);
  }
  await pass(5_000);
  expect(world.socket.sent.length).toBeLessThanOrEqual(3);
  expect(world.socket.sent.at(-1)).toContain('"p30"');
});

it("stops for good: nothing is asked or delivered afterwards", async () => {
  world.socket.hello(0);
  await pass();
  world.stream.stop();
  world.socket.event(1);
  await pass(120_000);
  expect([world.seen, world.sockets.length, world.tickets]).toEqual([[], 1, 1]);
});

it("writes a ticket nowhere: not in a log, not in the address bar, not in what is kept", async () => {
  const logs = (["log", "debug", "info", "warn", "error"] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => undefined),
  );
  world.socket.hello(0);
  world.socket.tell({ type: "event" });
  world.socket.onmessage?.({ data: "{half" });
  await pass();
  world.socket.close(1006);
  await pass(5_000);
  const said = JSON.stringify(logs.map((log) => log.mock.calls));
  expect(said + location.href + JSON.stringify({ ...localStorage, ...sessionStorage })).not.toMatch(
    /ticket-/,
  );
});
