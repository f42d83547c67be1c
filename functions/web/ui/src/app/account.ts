import type { QueryClient } from "@tanstack/react-query";
import { currentSession, onSessionChange } from "@/api/session";
import { closeToasts } from "@/components/ui/toast";

const signedIn = () => currentSession()?.user.id;

/** A place in this browser's storage for whoever is signed in: another account finds nothing there. */
export const ownPlace = (name: string) => `sight.${signedIn() ?? "nobody"}.${name}`;

/**
 * Forgets what was read and told as soon as another account is signed in, or none: by a click, by a refused token, or in
 * another tab. Whoever signs in next in this tab sees nothing of the last one.
 */
export function forgetWithAccount(client: QueryClient): () => void {
  let last = signedIn();
  return onSessionChange(() => {
    const now = signedIn();
    if (now === last) return;
    last = now;
    client.clear();
    closeToasts();
  });
}
