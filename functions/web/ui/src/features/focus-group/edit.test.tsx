import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { inEnglish, show } from "@/testing";
import { Change } from "./edit";

beforeAll(inEnglish);
beforeEach(() => localStorage.clear());
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const project = { id: "p", role: "editor" } as never;
const group = {
  id: "g",
  name: "First talk",
  description: "Of the client",
  project_context: "It is May.",
  persona_ids: ["s1"],
  questions: ["Where do you buy?", "Why there?", "What is dear?"],
  mode: "adversarial",
} as never;

it("a group is changed before its run: what the form does not show stays, questions change places", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "PUT") sent.push(await request.json());
    return new Response("[]", { headers: { "x-total-count": "0" } });
  });
  show(() => <Change group={group} project={project} />);
  const user = userEvent.setup();
  const name = await screen.findByLabelText("Name");
  expect((name as HTMLInputElement).value).toBe("First talk");
  await user.click(screen.getByRole("button", { name: "Move question 3 up" }));
  await user.click(screen.getByRole("button", { name: "Move question 1 down" }));
  expect(screen.getByRole("button", { name: "Move question 1 up" })).toHaveProperty(
    "disabled",
    true,
  );
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({
    name: "First talk",
    description: "Of the client",
    project_context: "It is May.",
    persona_ids: ["s1"],
    questions: ["What is dear?", "Where do you buy?", "Why there?"],
    mode: "adversarial",
    target_participants: 1,
  });
});
