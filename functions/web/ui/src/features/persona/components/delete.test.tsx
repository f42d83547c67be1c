import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { Toasts } from "@/components/ui/toast";
import { inEnglish, problem, show } from "@/testing";
import { DeletePersona } from "./delete";

beforeAll(inEnglish);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("an undo that fails says why, and under which id the logs know it", async () => {
  vi.stubGlobal("fetch", async ({ url }: Request) =>
    url.endsWith("/undo-delete")
      ? problem("The 30 seconds are over", "r-9", 410)
      : new Response("{}"),
  );
  const persona = { id: "s", full_name: "Zofia Lis" } as never;
  show(() => (
    <>
      <DeletePersona persona={persona} projectId="p" onDeleted={() => undefined} />
      <Toasts />
    </>
  ));
  const user = userEvent.setup();
  await user.click(await screen.findByRole("button", { name: "Delete this person" }));
  await user.click(screen.getByRole("button", { name: "Delete" }));
  await user.click(await screen.findByRole("button", { name: "Undo", hidden: true }));
  await screen.findByText("The 30 seconds are over");
  expect(screen.getByText("r-9")).toBeDefined();
});
