import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { inEnglish, problem, show } from "@/testing";
import { TargetBuilder, type Weights } from "./target";

beforeAll(inEnglish);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const OFFICIAL: Record<string, Record<string, number>> = {
  gender: { Female: 0.52, Male: 0.48 },
  location: { urban: 0.6, rural: 0.4 },
};

/** A server that answers when it is let; the target that the screen holds. */
function serve(answer?: () => Response) {
  const held: { target: Weights; release: () => void } = { target: {}, release: () => {} };
  const released = new Promise<void>((resolve) => {
    held.release = resolve;
  });
  vi.stubGlobal("fetch", async (request: Request) => {
    await released;
    const { target_demographics: asked } = await request.json();
    const attributes = Object.keys(asked).map((attribute) => ({
      attribute,
      categories: Object.entries(OFFICIAL[attribute] ?? {}).map(([label, official]) => ({
        label,
        official,
        people: 10,
        share: official,
      })),
      is_targeted: true,
      provenance: "official",
      source: "GUS",
    }));
    return answer?.() ?? Response.json({ attributes, margin: 0.1, people: 100 });
  });
  show(() => {
    const [target, setTarget] = useState<Weights>({});
    held.target = target;
    return <TargetBuilder value={target} people={100} onChange={setTarget} />;
  });
  return held;
}

const box = (name: string) => screen.findByRole<HTMLInputElement>("checkbox", { name });

it("ticks a box at once and opens it with the official shares when they come", async () => {
  const held = serve();
  fireEvent.click(await box("Gender"));
  expect((await box("Gender")).checked).toBe(true);
  expect(held.target).toEqual({});

  held.release();
  const women = await screen.findByRole<HTMLInputElement>("slider", { name: "Women" });
  expect(women.value).toBe("52");
  expect(held.target.gender).toEqual({ Female: 52, Male: 48 });
});

it("loses neither of two boxes that are ticked before an answer", async () => {
  const held = serve();
  fireEvent.click(await box("Gender"));
  fireEvent.click(await box("Place"));
  held.release();
  await waitFor(() => expect(Object.keys(held.target).sort()).toEqual(["gender", "location"]));
  expect(held.target.location).toEqual({ urban: 60, rural: 40 });
});

it("leaves a box empty that was ticked and emptied before the answer", async () => {
  const held = serve();
  fireEvent.click(await box("Gender"));
  fireEvent.click(await box("Gender"));
  fireEvent.click(await box("Place"));
  held.release();
  await waitFor(() => expect(held.target.location).toBeDefined());
  expect(held.target.gender).toBeUndefined();
  expect((await box("Gender")).checked).toBe(false);
});

it("begins with equal shares where the official ones cannot be had", async () => {
  const held = serve(() => problem("away", "r"));
  fireEvent.click(await box("Place"));
  held.release();
  await waitFor(() => expect(held.target.location).toEqual({ urban: 50, rural: 50 }));
});
