import { useCallback, useEffect, useRef, useState } from "react";
import { ownPlace } from "./account";

type Change<T> = T | ((before: T) => T);

/**
 * What somebody is writing, kept in this browser for their account until it is sent: a closed tab loses nothing.
 * `clear` forgets it. Another shape than the initial one's (a newer console) begins anew. `isOpen` says at any
 * moment whether something was written since and not sent: a handler may ask it in the same breath as `clear`.
 */
export function useDraft<T extends object>(
  key: string,
  initial: T,
): [T, (next: Change<T>) => void, () => void, boolean, () => boolean] {
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
  const clear = useCallback(() => {
    open.current = false;
    setTouched(false);
    localStorage.removeItem(place);
    setState({ value: initial, restored: false });
  }, [place, initial]);
  const isOpen = useCallback(() => open.current, []);
  return [value, set, clear, restored, isOpen];
}

function read<T>(place: string): Partial<T> | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? "null");
    return typeof kept === "object" ? (kept as Partial<T> | null) : null;
  } catch {
    return null;
  }
}
