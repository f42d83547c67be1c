import { useEffect, useState } from "react";

/** Long enough for the next letter of whoever types: chosen by hand. */
const MS = 300;

/** A value once it has stayed the same for a moment: what is typed is not asked for letter by letter. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
