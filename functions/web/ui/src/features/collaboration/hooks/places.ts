import type { SubjectRef } from "./stream";

/** Where a subject is shown: at its comments when a thread is named. */
export function placeOf(projectId: string, { kind, id }: SubjectRef, thread?: string) {
  const at = thread && { thread };
  switch (kind) {
    case "persona":
      return {
        to: "/projects/$projectId/people",
        params: { projectId },
        search: { persona: id, ...(at && { tab: "comments", ...at }) },
      } as const;
    case "focus_group":
      return {
        to: "/projects/$projectId/focus-groups/$groupId",
        params: { projectId, groupId: id },
        search: { ...(at && { view: "comments", ...at }) },
      } as const;
    case "survey":
      return {
        to: "/projects/$projectId/surveys/$surveyId",
        params: { projectId, surveyId: id },
        search: { ...(at && { view: "comments", ...at }) },
      } as const;
  }
}
