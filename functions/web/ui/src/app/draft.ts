import { useCallback, useEffect, useRef, useState } from "react";
import { ownPlace } from "./account";

/** The forms on the screen: where each is kept, whether it is written in and not sent, and how that is forgotten. */
const forms = new Set<{ place: string; isOpen: () => boolean; forget: () => void }>();

/** Whether something on the screen is written and not sent: a handler may ask it in the same breath as it sends. */
export const isUnsent = () => [...forms].some((form) => form.isOpen());

type Change<T> = T | ((before: T) => T);

/**
 * What somebody is writing, kept in this browser for their account until it is sent: a closed tab loses nothing.
 * Leaving asks, as long as it is not. `clear` forgets it and begins anew; `sent` forgets it and leaves the form as it
 * is. Another shape than the initial one's (a newer console) begins anew.
 */
export function useDraft<T extends object>(
  key: string,
  initial: T,
): [T, (next: Change<T>) => void, () => void, boolean, () => void] {
  const place = ownPlace(`draft.${key}`);
  const [{ value, restored }, setState] = useState(() => {
    const kept = read<T>(place);
    return { value: kept ? { ...initial, ...kept } : initial, restored: kept !== null };
  });
  const [touched, setTouched] = useState(false);
  const open = useRef(false);
  useEffect(() => {
    if (touched) localStorage.setItem(place, JSON.stringify(value));
  }, [place, value, touched]);
  const set = useCallback((next: Change<T>) => {
    open.current = true;
    setTouched(true);
    setState((state) => ({
      ...state,
      value: typeof next === "function" ? next(state.value) : next,
    }));
  }, []);
  const sent = useCallback(() => {
    open.current = false;
    setTouched(false);
    localStorage.removeItem(place);
    setState((state) => ({ ...state, restored: false }));
  }, [place]);
  useEffect(() => {
    const form = { place, isOpen: () => open.current, forget: sent };
    forms.add(form);

    return () => void forms.delete(form);
  }, [place, sent]);
  const clear = useCallback(() => {
    sent();
    setState({ value: initial, restored: false });
  }, [sent, initial]);
  return [value, set, clear, restored, sent];
}

/**
 * Forgets what was being written about something that is gone: its id stands in the keys of such drafts. Leaving does
 * not ask about them.
 */
export function forgetDrafts(id: string) {
  const drafts = ownPlace("draft.");
  const isOfIt = (place: string) =>
    place.startsWith(drafts) && place.slice(drafts.length).split(".").includes(id);
  for (const form of forms) if (isOfIt(form.place)) form.forget();
  for (const place of Object.keys(localStorage).filter(isOfIt)) localStorage.removeItem(place);
}

function read<T>(place: string): Partial<T> | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? "null");
    return typeof kept === "object" ? (kept as Partial<T> | null) : null;
  } catch {
    return null;
  }
}
