import { ProblemError, problemOf } from "./problem";
import { accessToken } from "./session";

/** Sends a file, telling which share of it is sent. By XMLHttpRequest: fetch does not tell that. */
export async function upload<T>(
  path: string,
  body: Blob | FormData,
  onSent: (share: number) => void,
  headers: Record<string, string> = {},
): Promise<T> {
  const token = await accessToken();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    if (token) request.setRequestHeader("authorization", `Bearer ${token}`);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onSent(event.loaded / event.total);
    };
    request.onload = () => {
      const { status, response } = request;
      if (status < 300) return resolve(response as T);
      const id = { "x-request-id": request.getResponseHeader("x-request-id") ?? "" };
      reject(problemOf(new Response(null, { status, headers: id }), response));
    };
    request.onerror = () => reject(new ProblemError(0, "", "unreachable", null));
    request.send(body);
  });
}
