import type { components } from "./schema";

type SignedIn = components["schemas"]["SignedIn"];
export type User = components["schemas"]["UserView"];

/** What a sign-in leaves in this browser. All tabs share one, so that they also share its refresh token. */
export type Session = {
  access_token: string;
  refresh_token: string;
  /** Milliseconds since the epoch. */
  expires_at: number;
  user: User;
};

const KEY = "sight.session";
/** A token is renewed this long before its end: a request under way must not outlive it. */
const AHEAD_MS = 30_000;
const listeners = new Set<() => void>();
let cached: { text: string | null; session: Session | null } = { text: null, session: null };

export function currentSession(): Session | null {
  const text = localStorage.getItem(KEY);
  if (text !== cached.text) {
    cached = { text, session: text === null ? null : parse(text) };
  }
  return cached.session;
}

function parse(text: string): Session | null {
  try {
    return JSON.parse(text) as Session;
  } catch {
    return null;
  }
}

export function keepSession(signedIn: SignedIn): Session {
  const session: Session = {
    access_token: signedIn.access_token,
    refresh_token: signedIn.refresh_token,
    expires_at: Date.now() + signedIn.expires_in * 1000,
    user: signedIn.user,
  };
  localStorage.setItem(KEY, JSON.stringify(session));
  tell();
  return session;
}

/** The signed-in person has changed their own profile. */
export function keepUser(user: Partial<User>): void {
  const session = currentSession();
  if (session) {
    localStorage.setItem(KEY, JSON.stringify({ ...session, user: { ...session.user, ...user } }));
    tell();
  }
}

export function dropSession(): void {
  localStorage.removeItem(KEY);
  tell();
}

export function onSessionChange(listener: () => void): () => void {
  const other = (event: StorageEvent) => {
    // without a key everything was forgotten
    if (event.key === KEY || event.key === null) listener();
  };
  listeners.add(listener);
  addEventListener("storage", other);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", other);
  };
}

function tell() {
  for (const listener of listeners) listener();
}

/** A token that lives long enough for a request, or null for somebody who is not signed in. */
export async function accessToken(): Promise<string | null> {
  const session = currentSession();
  if (!session) return null;
  if (session.expires_at - Date.now() > AHEAD_MS) return session.access_token;
  return renewed(session.access_token);
}

/**
 * Exchanges the refresh token, unless another tab has just done so. A refresh token works once, and
 * sent twice it ends the sign-in: the lock lets one tab at a time send it.
 */
export async function renewed(stale: string): Promise<string | null> {
  return navigator.locks.request("sight.refresh", async () => {
    const session = currentSession();
    if (!session) return null;
    if (session.access_token !== stale) return session.access_token;
    const response = await fetch("/api/v1/auth/refresh", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refresh_token: session.refresh_token }),
    });
    if (response.ok) return keepSession((await response.json()) as SignedIn).access_token;
    // Refused is the end of the sign-in; anything else (429, 5xx) may pass, and the session stays.
    if (response.status === 401) dropSession();
    return null;
  });
}
