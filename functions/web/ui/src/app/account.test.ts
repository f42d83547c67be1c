import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { accessToken, dropSession, keepSession, keepUser } from "@/api/session";
import { forgetWithAccount, ownPlace } from "./account";

const signedIn = (id: string, expires_in = 1_800) =>
  ({
    access_token: `a-${id}`,
    refresh_token: `r-${id}`,
    token_type: "bearer",
    expires_in,
    user: { id, email: `${id}@example.com` },
  }) as never;

let client: QueryClient;
let stop: () => void;
const known = () => client.getQueryData(["projects"]);
beforeEach(() => {
  localStorage.clear();
  client = new QueryClient();
  keepSession(signedIn("olga"));
  stop = forgetWithAccount(client);
  client.setQueryData(["projects"], ["Green Box"]);
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

it("forgets what was read when somebody signs out", () => {
  dropSession();
  expect(known()).toBeUndefined();
});

it("forgets it when a refused token ends the sign-in", async () => {
  keepSession(signedIn("olga", 0));
  expect(known()).toBeDefined();
  vi.stubGlobal("navigator", { locks: { request: (_: string, work: () => unknown) => work() } });
  vi.stubGlobal("fetch", async () => new Response("{}", { status: 401 }));
  await accessToken();
  expect(known()).toBeUndefined();
});

it("forgets it when another tab signs somebody else in", () => {
  const other = { access_token: "b", user: { id: "sten" } };
  localStorage.setItem("sight.session", JSON.stringify(other));
  dispatchEvent(new StorageEvent("storage", { key: "sight.session" }));
  expect(known()).toBeUndefined();
});

it("keeps it while the account is the same: a new token, another name", () => {
  keepSession(signedIn("olga"));
  keepUser({ full_name: "Olga" });
  expect(known()).toEqual(["Green Box"]);
});

it("keeps what each account writes in a place of its own", () => {
  const olga = ownPlace("draft.project");
  keepSession(signedIn("sten"));
  expect(ownPlace("draft.project")).not.toBe(olga);
});
