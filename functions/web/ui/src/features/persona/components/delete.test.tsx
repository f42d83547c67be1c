import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { Toasts } from "@/components/ui/toast";
import { inEnglish, problem, show } from "@/testing";
import { DeletePersona } from "./delete";

beforeAll(inEnglish);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** The drawer closes when its person is deleted: what can be undone is then told by nothing but messages. */
function Screen() {
  const [open, setOpen] = useState(true);
  const persona = { id: "s", full_name: "Zofia Lis" } as never;
  return (
    <>
      {open && <DeletePersona persona={persona} projectId="p" onDeleted={() => setOpen(false)} />}
      <Toasts />
    </>
  );
}

async function undone(answer: () => Response) {
  vi.stubGlobal("fetch", async ({ url }: Request) =>
    url.endsWith("/undo-delete") ? answer() : new Response("{}"),
  );
  show(Screen);
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Delete this person" }));
  await user.click(screen.getByRole("button", { name: "Delete" }));
  await user.click(await screen.findByRole("button", { name: "Undo", hidden: true }));
}

it("an undo that fails says why, and under which id the logs know it", async () => {
  await undone(() => problem("The 30 seconds are over", "r-9", 410));
  await screen.findByText("The 30 seconds are over");
  expect(screen.getByText("r-9")).toBeDefined();
});

it("an undo that succeeds says so", async () => {
  await undone(() => new Response("{}"));
  await screen.findByText("Zofia Lis is back.");
});
