/** One field that breaks a rule. */
export type FieldError = { field: string; rule: string };

/** A failure as the server describes it (RFC 9457), or as the browser does when no server answered. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly code: string,
    readonly requestId: string | null,
    readonly fields: FieldError[] = [],
  ) {
    super(detail);
    this.name = "ProblemError";
  }
}

type Raw = {
  status?: unknown;
  title?: unknown;
  detail?: unknown;
  code?: unknown;
  request_id?: unknown;
  errors?: unknown;
};

/** Reads a problem document. `detail` is a sentence, or for 422 a list of `{loc, msg}`. */
export function problemOf(response: Response, body: unknown): ProblemError {
  const raw: Raw = typeof body === "object" && body !== null ? (body as Raw) : {};
  const fields = Array.isArray(raw.errors) ? raw.errors.flatMap(fieldError) : [];
  const detail =
    typeof raw.detail === "string" && raw.detail !== ""
      ? raw.detail
      : fields.length > 0
        ? fields.map(({ field, rule }) => `${field}: ${rule}`).join("; ")
        : typeof raw.title === "string"
          ? raw.title
          : `HTTP ${response.status}`;
  const requestId =
    typeof raw.request_id === "string" ? raw.request_id : response.headers.get("x-request-id");
  const code = typeof raw.code === "string" ? raw.code : String(response.status);
  return new ProblemError(response.status, detail, code, requestId, fields);
}

function fieldError(raw: unknown): FieldError[] {
  if (typeof raw !== "object" || raw === null) return [];
  const { field, rule } = raw as { field?: unknown; rule?: unknown };
  return typeof field === "string" && typeof rule === "string" ? [{ field, rule }] : [];
}
