import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { authorizedFetch } from "./client";
import { accessToken, currentSession, dropSession, keepSession } from "./session";

const user = { id: "u", email: "ada@example.com" } as never;
const signedIn = (n: number, expires_in = 1_800) =>
  ({
    access_token: `a${n}`,
    refresh_token: `r${n}`,
    token_type: "bearer",
    expires_in,
    user,
  }) as never;
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });

/** One at a time, as the browser's locks are over all of its tabs. */
let last: Promise<unknown> = Promise.resolve();
beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal("navigator", {
    locks: {
      request: (_: string, work: () => Promise<unknown>) => {
        last = last.then(work, work);
        return last;
      },
    },
  });
});
afterEach(() => vi.unstubAllGlobals());

it("sends a refresh token once, however many requests need a new one at the same time", async () => {
  keepSession(signedIn(1, 0));
  const fetched = vi.fn(async (_url: string) => json(200, signedIn(2)));
  vi.stubGlobal("fetch", fetched);

  const tokens = await Promise.all([accessToken(), accessToken(), accessToken()]);

  expect(tokens).toEqual(["a2", "a2", "a2"]);
  expect(fetched).toHaveBeenCalledTimes(1);
  expect(currentSession()?.refresh_token).toBe("r2");
});

it("ends the sign-in when the refresh token is refused, and not when the server is away", async () => {
  keepSession(signedIn(1, 0));
  vi.stubGlobal("fetch", async () => json(503, {}));
  expect(await accessToken()).toBeNull();
  expect(currentSession()).not.toBeNull();

  vi.stubGlobal("fetch", async () => json(401, {}));
  expect(await accessToken()).toBeNull();
  expect(currentSession()).toBeNull();
});

it("tries a refused request once more with a new token, with the same body", async () => {
  keepSession(signedIn(1));
  const bodies: string[] = [];
  vi.stubGlobal("fetch", async (asked: Request | string) => {
    if (typeof asked === "string") return json(200, signedIn(2));
    bodies.push(`${asked.headers.get("authorization")} ${await asked.text()}`);
    return json(bodies.length === 1 ? 401 : 200, {});
  });

  const request = new Request("http://localhost/api", { method: "POST", body: "wish" });
  const response = await authorizedFetch(request);

  expect(response.status).toBe(200);
  expect(bodies).toEqual(["Bearer a1 wish", "Bearer a2 wish"]);
});

it("asks without a token when nobody is signed in", async () => {
  dropSession();
  const seen: (string | null)[] = [];
  vi.stubGlobal("fetch", async (asked: Request) => {
    seen.push(asked.headers.get("authorization"));
    return json(200, {});
  });
  await authorizedFetch(new Request("http://localhost/api"));
  expect(seen).toEqual([null]);
});
