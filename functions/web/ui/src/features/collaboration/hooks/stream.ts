import type { Schemas } from "@/api/client";
import { ProblemError } from "@/api/problem";

export type ProjectEvent = Schemas["CollaborationEvent"];
export type Presence = Schemas["Presence"];
export type SubjectRef = Schemas["Discussed"];
type Batch = Schemas["CollaborationEvents"];

/** How far a project's events have been read: events of one epoch are numbered without gaps. */
export type Position = { epoch: string; offset: number };

/** How changes arrive: at once, or by asking every few seconds. */
export type Mode = "connecting" | "live" | "polling";

/** What of a WebSocket is used. */
export type Socket = Pick<
  WebSocket,
  "readyState" | "send" | "close" | "onopen" | "onmessage" | "onclose"
>;

/** What the stream works with; tests put others in their place. */
export type Ports = {
  /** A ticket for one connection. It stays in memory, and nothing writes it down. */
  ticket: () => Promise<string>;
  connect: (query: URLSearchParams) => Socket;
  /** The same events by plain HTTP; without a position only where the project stands. */
  read: (since: Position | null) => Promise<Batch>;
  /** From 0 to 1. */
  random: () => number;
};

export type Listener = {
  onEvent: (event: ProjectEvent) => void;
  /** What was read may be out of date: read it anew. */
  onReset: () => void;
  onPresence: (presence: Presence) => void;
  onInbox: () => void;
  onMode: (mode: Mode) => void;
  /** The right to see the project has ended. */
  onOver: () => void;
};

type Frame = Schemas["SocketFrame"];

/** How a connection ended, and so what comes next. */
type End = "over" | "again" | "later" | "failed";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 60_000;
/** A connection that held so long was a good one: the next failure counts as the first. */
const STEADY_MS = 30_000;
/** After so many failures in a row changes are asked for until a socket can be had. */
const FAILURES_BEFORE_POLLING = 2;
export const POLL_MS = 5_000;
/** A server that says nothing for so long after a connection is made is taken for away. */
const HELLO_MS = 15_000;
/** A quiet socket may be a dead one, and a browser learns that late: so often it is compared with plain HTTP. */
const QUIET_MS = 120_000;
/** The server takes sixty messages a minute: who leafs through people says where they are now and then. */
const LOOK_EVERY_MS = 1_500;
/** As browsers call an end that nobody announced. */
const NEVER_GREETED = 1006;
const CONNECTING = 0;
const OPEN = 1;

/**
 * Follows the events of one project without gaps and without doubles: by a socket, and by plain HTTP where none can be
 * had. Whatever breaks, it goes on from the last event that was delivered.
 */
export class Stream {
  private position: Position | null = null;
  private failures = 0;
  private socket: Socket | null = null;
  private isGreeted = false;
  private isStopped = false;
  private shows: SubjectRef | null = null;
  private wake: () => void = () => undefined;
  /** Frames are taken one after the other: what a gap hides comes before what follows it. */
  private work: Promise<void> = Promise.resolve();
  private quiet: ReturnType<typeof setTimeout> | undefined;
  private looking: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ports: Ports,
    private readonly listener: Listener,
  ) {}

  /** Follows until `stop`, or until the right has ended. */
  async run(): Promise<void> {
    while (!this.isStopped) {
      const begun = Date.now();
      const end = await this.attempt();
      if (this.isStopped) return;
      if (end === "over") return this.end();
      if (Date.now() - begun >= STEADY_MS || end === "again") this.failures = 0;
      else this.failures += 1;
      if (end === "later") this.failures = Math.max(this.failures, 6);
      await this.pause();
    }
  }

  stop(): void {
    this.isStopped = true;
    this.wake();
    clearTimeout(this.quiet);
    clearTimeout(this.looking);
    this.hangUp();
  }

  /** The network is back, or somebody looks again: what waits goes on now, and a socket shows that it lives. */
  nudge(): void {
    this.wake();
    if (this.isGreeted) this.compare();
  }

  /** Tells the others what this tab shows. */
  look(subject: SubjectRef | null): void {
    this.shows = subject;
    if (!this.isGreeted || this.socket?.readyState !== OPEN || this.looking) return;
    this.socket.send(JSON.stringify({ type: "look", subject }));
    this.looking = setTimeout(() => {
      this.looking = undefined;
      if (this.shows !== subject) this.look(this.shows);
    }, LOOK_EVERY_MS);
  }

  private end(): void {
    this.isStopped = true;
    this.listener.onOver();
  }

  private async attempt(): Promise<End> {
    let ticket: string;
    try {
      ticket = await this.ports.ticket();
    } catch (failure) {
      return isFinal(failure) ? "over" : "failed";
    }
    if (this.isStopped) return "failed";
    const query = new URLSearchParams({ ticket });
    if (this.position) {
      query.set("since", String(this.position.offset));
      query.set("epoch", this.position.epoch);
    }
    return this.follow(this.ports.connect(query));
  }

  private follow(socket: Socket): Promise<End> {
    this.socket = socket;
    this.work = Promise.resolve();
    return new Promise((ended) => {
      const finish = (code: number) => {
        clearTimeout(patience);
        clearTimeout(this.quiet);
        void this.work.finally(() => {
          const wasGreeted = this.isGreeted;
          this.isGreeted = false;
          this.socket = null;
          clearTimeout(this.looking);
          this.looking = undefined;
          ended(endOf(code, wasGreeted));
        });
      };
      const patience = setTimeout(() => {
        this.hangUp();
        finish(NEVER_GREETED);
      }, HELLO_MS);
      socket.onmessage = ({ data }) => {
        clearTimeout(patience);
        this.after(async () => this.take(JSON.parse(String(data)) as Frame));
      };
      socket.onclose = ({ code }) => finish(code);
    });
  }

  /** Does this after all that came before it. What fails ends the connection, and the next one begins before it. */
  private after(step: () => Promise<void>): void {
    const { socket } = this;
    this.work = this.work.then(async () => {
      if (this.isStopped || this.socket !== socket || socket?.readyState !== OPEN) return;
      try {
        await step();
      } catch {
        this.hangUp();
      }
    });
  }

  private async take(frame: Frame): Promise<void> {
    this.listen();
    switch (frame.type) {
      case "hello":
        return this.greet(frame);
      case "reset":
        this.startFrom(frame);
        return this.greeted();
      case "event":
        return this.event(frame);
      case "presence":
        return this.listener.onPresence(frame);
      case "inbox":
        return this.listener.onInbox();
    }
  }

  private async greet(hello: Position): Promise<void> {
    // lists may have been read before the first greeting: nobody knows how long before
    if (this.position?.epoch !== hello.epoch) this.startFrom(hello);
    else if (hello.offset > this.position.offset) await this.catchUp();
    this.greeted();
  }

  private greeted(): void {
    this.isGreeted = true;
    this.listener.onMode("live");
    if (this.shows) this.look(this.shows);
  }

  private startFrom({ epoch, offset }: Position): void {
    this.position = { epoch, offset };
    this.listener.onReset();
  }

  private async event(event: ProjectEvent): Promise<void> {
    if (!this.position) throw new Error("an event before any greeting");
    if (event.offset > this.position.offset + 1) await this.catchUp();
    if (event.offset > this.position.offset + 1) throw new Error("events are missing");
    this.deliver(event);
  }

  private deliver(event: ProjectEvent): void {
    if (!this.position || event.offset <= this.position.offset) return;
    this.position = { ...this.position, offset: event.offset };
    this.listener.onEvent(event);
  }

  /** Reads by plain HTTP what was missed. Says whether there was anything. */
  private async catchUp(): Promise<boolean> {
    let found = false;
    for (;;) {
      const since = this.position;
      const batch = await this.ports.read(since);
      if (this.isStopped) return found;
      if (batch.is_reset || batch.epoch !== since?.epoch) {
        this.startFrom(batch);
        return true;
      }
      for (const event of batch.events) this.deliver(event);
      found ||= batch.events.length > 0;
      if (!batch.has_more || batch.events.length === 0) return found;
    }
  }

  /** Waits for the next attempt; once sockets have failed, what happens meanwhile is asked for. */
  private async pause(): Promise<void> {
    const most = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.failures);
    const until = Date.now() + most * (0.5 + this.ports.random() / 2);
    const isPolling = this.failures >= FAILURES_BEFORE_POLLING;
    this.listener.onMode(isPolling ? "polling" : "connecting");
    while (!this.isStopped && Date.now() < until) {
      if (isPolling) {
        try {
          await this.catchUp();
        } catch (failure) {
          if (isFinal(failure)) return this.end();
        }
      }
      const left = Math.max(0, until - Date.now());
      if (await this.sleep(isPolling ? Math.min(left, POLL_MS) : left)) return;
    }
  }

  /** Whether it was woken before the time had passed. */
  private sleep(ms: number): Promise<boolean> {
    return new Promise((done) => {
      const timer = setTimeout(() => done(false), ms);
      this.wake = () => {
        clearTimeout(timer);
        done(true);
      };
    });
  }

  private listen(): void {
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.compare(), QUIET_MS);
  }

  /** A socket that lives has missed nothing. */
  private compare(): void {
    this.after(async () => {
      if (await this.catchUp()) throw new Error("the socket has missed something");
      this.listen();
    });
  }

  /** Closes the socket. One that is still opening is closed then: browsers complain aloud about the other way. */
  private hangUp(): void {
    const { socket } = this;
    if (!socket) return;
    if (socket.readyState === CONNECTING) socket.onopen = () => socket.close();
    else socket.close();
  }
}

function endOf(code: number, wasGreeted: boolean): End {
  if (code === 4003) return "over";
  if (code === 4029 || code === 4429) return "later";
  return wasGreeted && (code === 4001 || code === 4008) ? "again" : "failed";
}

/** What asking once more would not change. */
const isFinal = (failure: unknown) =>
  failure instanceof ProblemError && [401, 403, 404].includes(failure.status);
