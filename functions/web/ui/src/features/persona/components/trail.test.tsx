import { cleanup, screen } from "@testing-library/react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { keepSession } from "@/api/session";
import { inEnglish, problem, show } from "@/testing";
import { Trail } from "./trail";

beforeAll(inEnglish);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("says who saw a person by their name", async () => {
  const user = { id: "a1", full_name: "Ada Walker" };
  keepSession({ access_token: "t", refresh_token: "r", expires_in: 3_600, user } as never);
  const members = [{ account_id: "a2", full_name: "Zofia Lis" }];
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify(members)));
  const line = (user_id: string | null) => ({
    id: String(user_id),
    action: "view",
    user_id,
    timestamp: "2026-11-30T07:00:00Z",
  });
  const audit_log = ["a1", "a2", "a3", null].map(line);
  show(() => <Trail persona={{ project_id: "p", audit_log } as never} />);
  await screen.findByText(/ · Zofia Lis$/);
  const said = screen.getAllByRole("listitem").map((item) => item.textContent?.split(" · ").at(-1));
  expect(said).toEqual(["you", "Zofia Lis", "former member", "the system"]);
});

it("shows what happened, and that the names could not be read", async () => {
  vi.stubGlobal("fetch", async () => problem("Members are away", "r7"));
  const audit_log = [{ id: "1", action: "view", user_id: "a2", timestamp: "2026-11-30T07:00:00Z" }];
  show(() => <Trail persona={{ project_id: "p", audit_log } as never} />);
  await screen.findByText("Members are away");
  expect(screen.getAllByRole("listitem")).toHaveLength(1);
});
