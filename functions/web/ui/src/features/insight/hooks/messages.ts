import type { Schemas } from "@/api/client";
import { ownPlace } from "@/app/account";

/** What was asked for, and what came of it. */
export type Written = { asked: Schemas["WriteMessages"]; messages: Schemas["Messages"] };

/** Of so many people, those that were written to last: what a browser keeps is bounded. */
const MOST = 20;

/** The messages that this account had written to a person last, in this browser: the server keeps none. */
export function messagesTo(personaId: string): Written | undefined {
  return read().find(([id]) => id === personaId)?.[1];
}

/** Keeps them in the place of those before, where the browser has room. */
export function keepMessages(personaId: string, written: Written): void {
  const others = read().filter(([id]) => id !== personaId);
  const kept = [[personaId, written], ...others].slice(0, MOST);
  try {
    localStorage.setItem(ownPlace("messages"), JSON.stringify(kept));
  } catch (full) {
    console.debug("there is no room for messages", full);
  }
}

function read(): [string, Written][] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(ownPlace("messages")) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}
