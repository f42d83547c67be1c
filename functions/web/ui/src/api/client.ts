import createClient from "openapi-fetch";
import { ProblemError, problemOf } from "./problem";
import type { components, paths } from "./schema";
import { accessToken, renewed } from "./session";

export type Schemas = components["schemas"];

/** Sends a request as the signed-in person, once more with a new token when the old one is refused. */
export async function authorizedFetch(request: Request): Promise<Response> {
  const token = await accessToken();
  if (!token) return fetch(request);
  const again = request.clone();
  request.headers.set("authorization", `Bearer ${token}`);
  const response = await fetch(request);
  if (response.status !== 401) return response;
  const next = await renewed(token);
  if (!next) return response;
  again.headers.set("authorization", `Bearer ${next}`);
  return fetch(again);
}

export const api = createClient<paths>({
  // read late, so that a test may put another one in its place
  fetch: (request) => authorizedFetch(request),
  baseUrl: globalThis.location?.origin ?? "",
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The body of a success, or a thrown `ProblemError`. */
export async function taken<T>(asked: Promise<Answer<T>>): Promise<T> {
  return (await takenWhole(asked)).data;
}

/** The body with its response, whose headers count pages. */
export async function takenWhole<T>(
  asked: Promise<Answer<T>>,
): Promise<{ data: T; response: Response }> {
  let answer: Answer<T>;
  try {
    answer = await asked;
  } catch (failure) {
    if (failure instanceof ProblemError || (failure as Error)?.name === "AbortError") throw failure;
    throw new ProblemError(0, "", "unreachable", null);
  }
  if (!answer.response.ok) throw problemOf(answer.response, answer.error);
  return { data: answer.data as T, response: answer.response };
}

/** Null where there is none yet: that is no failure. */
export async function orNone<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (failure) {
    if (failure instanceof ProblemError && failure.status === 404) return null;
    throw failure;
  }
}
