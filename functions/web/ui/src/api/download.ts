import { authorizedFetch } from "./client";
import { problemOf } from "./problem";

/** Saves what a request answers: a link could not carry its token. The server's name for the file wins. */
export async function download(request: Request, name: string): Promise<void> {
  const response = await authorizedFetch(request);
  if (!response.ok) throw problemOf(response, await response.json().catch(() => null));
  const url = URL.createObjectURL(await response.blob());
  follow(url, fileName(response.headers.get("content-disposition")) ?? name);
  URL.revokeObjectURL(url);
}

/** Follows a link as if somebody had clicked it; without a name the server's own is kept. */
export function follow(address: string, name = ""): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
}

export function fileName(disposition: string | null): string | null {
  return disposition?.match(/filename="([^"]+)"/)?.[1] ?? null;
}
