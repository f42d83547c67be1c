import { useSyncExternalStore } from "react";

/** So many are remembered in one place, the latest. */
const MOST = 20;
const listeners = new Set<() => void>();
const cache = new Map<string, { text: string | null; ids: string[] }>();

/** Exports of one subject: no route lists them. */
export const exportsOf = (subjectId: string) => `sight.exports.${subjectId}`;

/** Remembers an id in this browser, the latest first. */
export function keep(place: string, id: string): void {
  write(place, [id, ...read(place).filter((known) => known !== id)].slice(0, MOST));
}

export function forget(place: string, id: string): void {
  write(
    place,
    read(place).filter((known) => known !== id),
  );
}

function write(place: string, ids: string[]) {
  localStorage.setItem(place, JSON.stringify(ids));
  for (const listener of listeners) listener();
}

function read(place: string): string[] {
  const text = localStorage.getItem(place);
  const known = cache.get(place);
  if (known && known.text === text) return known.ids;
  const ids = parse(text);
  cache.set(place, { text, ids });
  return ids;
}

function parse(text: string | null): string[] {
  try {
    const kept: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

/** What this browser remembers there, the latest first. */
export function useKept(place: string): string[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      addEventListener("storage", listener);
      return () => {
        listeners.delete(listener);
        removeEventListener("storage", listener);
      };
    },
    () => read(place),
  );
}
