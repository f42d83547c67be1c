import { cleanup, screen } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { inEnglish, problem, show } from "@/testing";
import { Figures } from "./figures";

beforeAll(inEnglish);
beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const project = { id: "p", role: "editor", target_sample_size: 100 } as never;

it("tells a failure of each figure with its request, and never that there is no report", async () => {
  vi.stubGlobal("fetch", async ({ url }: Request) => problem(`away: ${url}`, url));
  show(() => <Figures project={project} />);
  for (const path of ["personas/summary", "fidelity", "budget"]) {
    await screen.findByText(new RegExp(`^http.*/projects/p/${path}$`));
  }
  expect(screen.getAllByRole("button", { name: "Try again" })).toHaveLength(3);
  expect(screen.queryByText("No report yet")).toBeNull();
});

it("says that there is no report where there is none", async () => {
  vi.stubGlobal("fetch", async () => problem("Report not found", "r", 404));
  show(() => <Figures project={project} />);
  await screen.findByText("No report yet");
});
