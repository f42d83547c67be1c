import { cleanup, screen } from "@testing-library/react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { Role } from "@/app/access";
import { inEnglish, show } from "@/testing";
import { RunCard } from "./run-card";

beforeAll(inEnglish);
beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const role: Role = "editor";
const json = (body: unknown) => new Response(JSON.stringify(body));

/** A server whose project has spent a tenth more each time that it is asked. */
function server(status: string, cap_usd: number | null) {
  let asked = 0;
  const run = {
    id: "r",
    kind: "survey-run",
    project_id: "p",
    status,
    total: 9,
    done: 4,
    failed: 0,
  };
  vi.stubGlobal("fetch", async ({ url }: Request) => {
    if (url.endsWith("/events")) return new Response(new ReadableStream());
    if (url.endsWith("/runs/r")) {
      return json({ ...run, retries: 0, failures: {}, created_at: "2026-11-30T07:00:00Z" });
    }
    if (url.endsWith("/usage")) {
      return json({ lines: [], total: { input_tokens: 1_000, output_tokens: 234, simulated: 0 } });
    }
    asked += 1;
    return json({ spent_usd: asked / 10, reserved_usd: 0.05, cap_usd });
  });
  return () => asked;
}

it("a run at work shows what the project has spent of its budget, and goes on telling it", async () => {
  server("running", 5);
  show(() => <RunCard runId="r" role={role} />);
  await screen.findByText(/1,234 tokens and \$0\.10 of at most \$5\.00; \$0\.05 more is held/);
  vi.advanceTimersByTime(5_000);
  await screen.findByText(/\$0\.20 of at most \$5\.00/);
});

it("without a budget nothing is said of one", async () => {
  server("running", null);
  show(() => <RunCard runId="r" role={role} />);
  expect((await screen.findByText(/1,234 tokens and/)).textContent).not.toMatch(/at most/);
});

it("a run that is over asks for no money any more", async () => {
  const asked = server("succeeded", 5);
  show(() => <RunCard runId="r" role={role} />);
  await screen.findByText("4 of 9 done");
  expect(asked()).toBe(0);
});
