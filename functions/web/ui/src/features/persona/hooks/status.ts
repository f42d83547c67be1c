import type { Schemas } from "@/api/client";
import { may, type Role } from "@/app/access";

export type Status = Schemas["PersonaStatus"];
export const STATUSES: Status[] = ["draft", "active", "needs_review", "archived"];

/** The least role that leads from one status to another, as the server has it; what is missing nobody may. */
const ROLE_FOR: Record<Status, Partial<Record<Status, Role>>> = {
  draft: { active: "editor", needs_review: "editor", archived: "editor" },
  active: { needs_review: "editor", archived: "editor" },
  needs_review: { draft: "editor", active: "admin", archived: "editor" },
  archived: { active: "admin" },
};

/** Where somebody of this role may lead a persona from here. */
export const ways = (from: Status, role: Role): Status[] =>
  STATUSES.filter((to) => {
    const needed = ROLE_FOR[from][to];
    return needed !== undefined && may(role, needed);
  });

/** The document says of a persona's status only that it is a word. */
export const statusOf = (word: string): Status =>
  STATUSES.find((known) => known === word) ?? "needs_review";
