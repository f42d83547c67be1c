import { useEffect, useSyncExternalStore } from "react";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "sight.theme";
const listeners = new Set<() => void>();

export function theme(): Theme {
  const kept = localStorage.getItem(KEY);
  return THEMES.find((known) => known === kept) ?? "system";
}

export function chooseTheme(chosen: Theme): void {
  localStorage.setItem(KEY, chosen);
  apply();
  for (const listener of listeners) listener();
}

function apply() {
  const chosen = theme();
  const dark =
    chosen === "dark" ||
    (chosen === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

/** The chosen theme; follows the system and the other tabs while it is shown. */
export function useTheme(): Theme {
  useEffect(() => {
    const media = matchMedia("(prefers-color-scheme: dark)");
    media.addEventListener("change", apply);
    addEventListener("storage", apply);
    return () => {
      media.removeEventListener("change", apply);
      removeEventListener("storage", apply);
    };
  }, []);
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, theme);
}
