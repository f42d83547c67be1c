import { useEffect } from "react";

/** What the tab is called. */
export function useTitle(...parts: (string | undefined)[]) {
  const title = [...parts.filter(Boolean), "Sight"].join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}
