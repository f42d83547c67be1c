import { useSyncExternalStore } from "react";
import { currentSession, onSessionChange } from "@/api/session";

/** The sign-in of this browser, or null. */
export function useSession() {
  return useSyncExternalStore(onSessionChange, currentSession);
}
