import type { Schemas } from "@/api/client";

export type Role = Schemas["Role"];
const RANK: Record<Role, number> = { viewer: 0, editor: 1, admin: 2 };

/** Whether a role is enough: what would be refused is not offered. */
export function may(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && RANK[role] >= RANK[needed];
}
