import { cleanup, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { inEnglish, problem, show } from "@/testing";
import { Chunks } from "./chunks";

beforeAll(inEnglish);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const chunk = (position: number) => ({
  chunk_id: `c${position}`,
  position,
  chunk_text: `What stands at ${position}.`,
  headings: position === 0 ? [] : ["Coffee", "Where"],
  page: position === 0 ? null : 4,
  page_to: null,
});

/** A document of so many passages, 50 a page. */
function serve(chunks: number) {
  const asked: URL[] = [];
  vi.stubGlobal("fetch", async ({ url }: Request) => {
    const at = new URL(url);
    asked.push(at);
    const from = Number(at.searchParams.get("cursor") ?? -1) + 1;
    const page = Array.from({ length: chunks }, (_, n) => chunk(n)).slice(from, from + 50);
    const headers = new Headers({ "x-total-count": String(chunks) });
    if (page.length === 50) headers.set("x-next-cursor", String(from + 49));
    return Response.json(page, { headers });
  });
  return asked;
}

async function open() {
  const document = { id: "d", version: 1 } as never;
  show(() => <Chunks document={document} projectId="p" />);
  await userEvent.click(await screen.findByText("Read the passages"));
}

it("reads nothing before somebody asks, and then with page and headings", async () => {
  const asked = serve(2);
  show(() => <Chunks document={{ id: "d", version: 1 } as never} projectId="p" />);
  const summary = await screen.findByText("Read the passages");
  expect(asked).toEqual([]);

  await userEvent.click(summary);

  const list = await screen.findByRole("list", { name: "Passages as they are searched" });
  within(list).getByText("passage 1");
  within(list).getByText("passage 2 · page 4 · Coffee › Where");
  within(list).getByText("What stands at 1.");
  expect(asked.map((url) => url.pathname)).toEqual(["/api/v1/rag/documents/d/chunks"]);
  expect(asked[0]?.searchParams.get("project_id")).toBe("p");
});

it("goes on by pages, without a gap", async () => {
  const asked = serve(60);
  await open();
  await screen.findByText("50 of 60 loaded");
  await userEvent.click(screen.getByRole("button", { name: "Load more" }));
  await screen.findByText("60 of 60 loaded");
  expect(screen.getAllByRole("listitem").length).toBe(60);
  expect(asked[1]?.searchParams.get("cursor")).toBe("49");
  expect(screen.queryByRole("button", { name: "Load more" })).toBeNull();
});

it("says what to do with a file that has no text", async () => {
  serve(0);
  await open();
  await screen.findByText("No passage of it can be searched");
});

it("tells why passages are not read", async () => {
  vi.stubGlobal("fetch", async () => problem("Document not found", "r-7", 404));
  await open();
  await screen.findByText("Document not found");
  screen.getByText("r-7");
});
