import { useCallback, useEffect, useRef, useState } from "react";
import { ownPlace } from "./account";

/** What says of each form on the screen whether it is written in and not sent. */
const forms = new Set<() => boolean>();

/** Whether something on the screen is written and not sent: a handler may ask it in the same breath as it sends. */
export const isUnsent = () => [...forms].some((isOpen) => isOpen());

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
    const isOpen = () => open.current;
    forms.add(isOpen);

    return () => void forms.delete(isOpen);
  }, []);
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
  const clear = useCallback(() => {
    sent();
    setState({ value: initial, restored: false });
  }, [sent, initial]);
  return [value, set, clear, restored, sent];
}

function read<T>(place: string): Partial<T> | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? "null");
    return typeof kept === "object" ? (kept as Partial<T> | null) : null;
  } catch {
    return null;
  }
}
