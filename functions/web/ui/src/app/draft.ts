import { useCallback, useEffect, useState } from "react";

/**
 * What somebody is writing, kept in this browser until it is sent: a closed tab loses nothing.
 * `clear` forgets it. Another shape than the initial one's (a newer console) begins anew.
 */
export function useDraft<T extends object>(
  key: string,
  initial: T,
): [T, (next: T | ((before: T) => T)) => void, () => void, boolean] {
  const place = `sight.draft.${key}`;
  const [{ value, restored }, setState] = useState(() => {
    const kept = read<T>(place);
    return { value: kept ? { ...initial, ...kept } : initial, restored: kept !== null };
  });
  const [touched, setTouched] = useState(false);
  useEffect(() => {
    if (touched) localStorage.setItem(place, JSON.stringify(value));
  }, [place, value, touched]);
  const set = useCallback((next: T | ((before: T) => T)) => {
    setTouched(true);
    setState((state) => ({
      ...state,
      value: typeof next === "function" ? next(state.value) : next,
    }));
  }, []);
  const clear = useCallback(() => {
    setTouched(false);
    localStorage.removeItem(place);
    setState({ value: initial, restored: false });
  }, [place, initial]);
  return [value, set, clear, restored];
}

function read<T>(place: string): Partial<T> | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(place) ?? "null");
    return typeof kept === "object" ? (kept as Partial<T> | null) : null;
  } catch {
    return null;
  }
}
