import { cleanup, screen } from "@testing-library/react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { keepSession } from "@/api/session";
import { inEnglish, problem, show } from "@/testing";
import { MyInvitations } from "./my-invitations";

beforeAll(inEnglish);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("says that invitations could not be read, and under which id the logs know it", async () => {
  const user = { id: "a", is_verified: true };
  keepSession({ access_token: "t", refresh_token: "r", expires_in: 3_600, user } as never);
  vi.stubGlobal("fetch", async () => problem("The database is away", "r-3"));
  show(MyInvitations);
  await screen.findByText("The database is away");
  expect(screen.getByText("r-3")).toBeDefined();
});
