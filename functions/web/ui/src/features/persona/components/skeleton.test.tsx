import { cleanup, screen } from "@testing-library/react";
import { afterEach, beforeAll, expect, it } from "vitest";
import { inEnglish, show } from "@/testing";
import { DrawerSkeleton } from "./skeleton";

beforeAll(inEnglish);
afterEach(cleanup);

it.each([
  ["six cards of metrics", "overview", "h-32", 6],
  ["five bars of traits", "profile", "h-5", 5],
  ["a timeline", "trail", "h-10", 4],
] as const)("a person who is on their way has the places of %s", async (_, view, height, count) => {
  show(() => <DrawerSkeleton view={view} />);
  const status = await screen.findByRole("status");
  expect(status.getElementsByClassName(height)).toHaveLength(count);
  expect(status.textContent).toBe("Loading …");
});
