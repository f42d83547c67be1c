import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SYSTEM } from "./browser";

/** What a walk begins with, made by the API: it is not what the walk is about. */

export const PASSWORD = "a walk of 1 researcher";
/** Where the system puts its letters. Without it nobody can prove an address, and so nobody be invited. */
const LETTERS = process.env.SIGHT_LETTERS;
const PATIENCE_MS = 120_000;

export class Account {
  private constructor(
    readonly email: string,
    readonly name: string,
    private readonly token: string,
  ) {}

  static async register(name: string): Promise<Account> {
    const email = `${name.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}@sight.example`;
    const { access_token } = await call<{ access_token: string }>("POST", "/auth/register", null, {
      email,
      password: PASSWORD,
      full_name: `${name} Walker`,
    });
    return new Account(email, `${name} Walker`, access_token);
  }

  call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return call<T>(method, path, this.token, body);
  }

  /** A project with people in it, who are all written. */
  async projectWith(people: number, name = "Green Box"): Promise<string> {
    const { id } = await this.call<{ id: string }>("POST", "/projects", {
      name,
      language: "en",
      target_demographics: {},
      target_sample_size: people,
    });
    await this.run(`/projects/${id}/populations`, { people, seed: 7 });
    return id;
  }

  /** Starts something by this path, and waits until its run has succeeded. */
  async run(path: string, body: unknown = {}): Promise<void> {
    const { run_id } = await this.call<{ run_id: string }>("POST", path, body);
    await this.succeeded(run_id);
  }

  /** Waits until a run has succeeded. */
  async succeeded(run_id: string): Promise<void> {
    await until(async () => {
      const run = await this.call<{ status: string }>("GET", `/runs/${run_id}`);
      return run.status === "succeeded" || null;
    });
  }

  /** Lets people of a project talk about vegetables, and gives the focus group. */
  async talk(project: string, persona_ids: string[], name = "First talk"): Promise<string> {
    const { id } = await this.call<{ id: string }>("POST", `/projects/${project}/focus-groups`, {
      name,
      questions: ["What decides where you buy vegetables?", "What is too dear for you?"],
      persona_ids,
    });
    await this.run(`/focus-groups/${id}/run`);
    return id;
  }

  /** Proves the address by the letter that was written to it. */
  async verify(): Promise<void> {
    const [, token] = await this.letter(/\/verify#token=([\w-]+)/);
    await this.call("POST", "/auth/verify", { token });
  }

  /** What a letter to this address says where it says so, once it has come; the whole of it is `input`. */
  letter(says: RegExp): Promise<RegExpMatchArray> {
    return until(async () => letters(this.email, says)[0] ?? null);
  }

  /** How many letters to this address say so by now. */
  lettersThatSay(says: RegExp): number {
    return letters(this.email, says).length;
  }

  /** Lets somebody else into a project, who has accepted when this ends. */
  async letIn(guest: Account, projectId: string, role: string): Promise<void> {
    await this.call("PUT", `/projects/${projectId}/members`, { email: guest.email, role });
    const [invitation] = await guest.call<{ id: string }[]>("GET", "/invitations");
    await guest.call("POST", `/invitations/${invitation?.id}/accept`);
  }
}

async function call<T>(
  method: string,
  path: string,
  token: string | null,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${SYSTEM}/api/v1${path}`, {
    method,
    headers: {
      "content-type": "application/json",
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** What the letters to somebody say; they are quoted-printable. */
function letters(email: string, says: RegExp): RegExpMatchArray[] {
  if (!LETTERS) throw new Error("SIGHT_LETTERS must name the folder of the system's letters");
  return readdirSync(LETTERS)
    .filter((file) => file.endsWith(".eml"))
    .map((file) => readFileSync(join(LETTERS, file), "utf8"))
    .filter((letter) => letter.includes(`To: ${email}`))
    .map((letter) => letter.replace(/=\r?\n/g, "").replaceAll("=3D", "="))
    .flatMap((letter) => {
      const found = letter.match(says);
      return found ? [found] : [];
    });
}

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look().catch((failure: unknown) => {
      if (Date.now() > end) throw failure;
      return null;
    });
    if (found !== null) return found;
    if (Date.now() > end) throw new Error("it did not come in time");
    await new Promise((again) => setTimeout(again, 250));
  }
}
