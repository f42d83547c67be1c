import { gunzipSync } from "node:zlib";
import type { QueryClient } from "@tanstack/react-query";
import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { keepSession } from "@/api/session";
import type { Role } from "@/app/access";
import { inEnglish, show } from "@/testing";
import { ImportButton, ImportDialog } from "./import";

const SUMMARY = ["project", "p", "personas-summary"];
const POPULATIONS = [
  { population_id: "o1", people: 1_200 },
  { population_id: "o2", people: 34 },
];
const MASKED = "is missing: people of this file are masked. Export them unmasked";

/** What the server answers; the test decides when. */
let answer: Promise<{ status: number; body: unknown }>;
let sent: { path: string; headers: Record<string, string>; body: Blob }[] = [];
let client: QueryClient;

class Server {
  path = "";
  headers: Record<string, string> = {};
  status = 0;
  response: unknown;
  upload: { onprogress?: (event: object) => void } = {};
  onload = () => undefined;
  open(_: string, path: string) {
    this.path = path;
  }
  setRequestHeader(name: string, value: string) {
    this.headers[name] = value;
  }
  getResponseHeader() {
    return "r-7";
  }
  async send(body: Blob) {
    sent.push({ path: this.path, headers: this.headers, body });
    this.upload.onprogress?.({ lengthComputable: true, loaded: body.size, total: body.size });
    const { status, body: response } = await answer;
    Object.assign(this, { status, response });
    this.onload();
  }
}

const answers = (status: number, body: unknown) => {
  answer = Promise.resolve({ status, body });
};
const problem = (status: number, more: object) =>
  answers(status, { status, code: "invalid", request_id: "r-7", ...more });

/** Holds the answer back until it is given. */
const held = () => {
  let reply: (status: number, body: unknown) => void = () => undefined;
  answer = new Promise((resolve) => {
    reply = (status, body) => resolve({ status, body });
  });
  return reply;
};

beforeAll(inEnglish);
beforeEach(() => {
  sent = [];
  keepSession({ access_token: "t", refresh_token: "r", expires_in: 3_600, user: {} } as never);
  vi.stubGlobal("XMLHttpRequest", Server);
});
afterEach(() => {
  cleanup();
  localStorage.clear();
  vi.unstubAllGlobals();
});

function Screen({ who }: { who: Role }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <p>People</p>
      <ImportButton role={who} onOpen={() => setOpen(true)} />
      <ImportDialog projectId="p" open={open} onClose={() => setOpen(false)} />
    </>
  );
}

const field = () => screen.getByLabelText<HTMLInputElement>("File of an export");
const button = () => screen.getByRole<HTMLButtonElement>("button", { name: "Import the file" });

/** Opens the dialog and chooses a file, by the keyboard until the browser's own picker opens. */
async function choose(file: File) {
  const user = userEvent.setup({ applyAccept: false });
  ({ client } = show(() => <Screen who="editor" />));
  client.setQueryData(SUMMARY, {});
  (await screen.findByRole("button", { name: "Import people" })).focus();
  await user.keyboard("{Enter}");
  await user.upload(field(), file);
  return user;
}

const people = (name = "people.json") => new File(['{"people": ["Zofia Żak"]}'], name);
const large = (bytes: number, name = "people.csv") =>
  Object.defineProperty(new File(["header"], name), "size", { value: bytes });

it("a file is packed and sent as what it is, and its people are counted and read again", async () => {
  const reply = held();
  const user = await choose(people());
  await user.click(button());
  await screen.findByText("The people are being taken in …");
  expect([button().disabled, field().disabled]).toEqual([true, true]);
  expect(screen.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("1");

  reply(201, { is_new: true, people: 1_234, populations: POPULATIONS });
  await screen.findByText("Imported: 1,234 people in 2 populations.");
  const [{ path, headers, body } = { path: "", headers: {}, body: new Blob() }] = sent;
  expect(path).toBe("/api/v1/projects/p/personas/import");
  expect(headers).toEqual({
    authorization: "Bearer t",
    "content-type": "application/json",
    "content-encoding": "gzip",
  });
  expect(gunzipSync(await body.arrayBuffer()).toString()).toBe(await people().text());
  expect(client.getQueryState(SUMMARY)?.isInvalidated).toBe(true);
  expect([field().value, button().disabled]).toEqual(["", true]);
});

it("a file that was imported before is told as that", async () => {
  answers(200, { is_new: false, people: 1, populations: POPULATIONS.slice(0, 1) });
  const user = await choose(people("Export.CSV"));
  await user.click(button());
  await screen.findByText(
    "This file was imported before: 1 person in 1 population. Nothing was changed.",
  );
  expect(sent[0]?.headers["content-type"]).toBe("text/csv");
});

it("a refusal is told as it is, with the id of the request, until another file is chosen", async () => {
  problem(409, { detail: "The project has room for 12 more people from files" });
  const user = await choose(people());
  await user.click(button());
  await screen.findByText("The project has room for 12 more people from files");
  expect(screen.getByText("r-7")).toBeDefined();
  await user.upload(field(), people("other.json"));
  expect(screen.queryByText("r-7")).toBeNull();
});

it("each rule that a file breaks stands on a line of its own", async () => {
  const errors = [0, 1].map((at) => ({ field: `people.${at}.card`, rule: MASKED }));
  problem(422, { detail: [], errors });
  const user = await choose(people());
  await user.click(button());
  await screen.findByText(`people.1.card: ${MASKED}`);
  expect(screen.getAllByRole("listitem")).toHaveLength(2);
  expect(screen.getByText("r-7")).toBeDefined();

  problem(422, { detail: [], errors: errors.slice(0, 1) });
  await user.click(button());
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain(`people.0.card: ${MASKED}`);
  expect(screen.queryAllByRole("listitem")).toEqual([]);
});

it("an import goes on while its dialog is closed, and says the result when it is opened again", async () => {
  const reply = held();
  const user = await choose(people());
  await user.click(button());
  await screen.findByText("The people are being taken in …");
  await user.click(screen.getByRole("button", { name: "Close" }));
  reply(201, { is_new: true, people: 2, populations: POPULATIONS });
  await waitFor(() => expect(client.getQueryState(SUMMARY)?.isInvalidated).toBe(true));
  await user.click(screen.getByRole("button", { name: "Import people" }));
  await screen.findByText("Imported: 2 people in 2 populations.");
});

it.each([
  [people("people.xlsx"), "The name of the file must end in .json or .csv."],
  [large(128 * 2 ** 20 + 1), /^The file has more than 128 MiB\./],
])("what would be refused for sure is told at once and not sent", async (file, says) => {
  await choose(file);
  expect(screen.getByText(says)).toBeDefined();
  expect([field().getAttribute("aria-invalid"), button().disabled]).toEqual(["true", true]);
});

it("a file that is too large when it is packed is not sent", async () => {
  const packsNothing = class extends TransformStream {
    constructor(_format: string) {
      super();
    }
  };
  vi.stubGlobal("CompressionStream", packsNothing);
  const user = await choose(new File([new Uint8Array(30 * 2 ** 20 + 1)], "people.json"));
  await user.click(button());
  await screen.findByText(/^Packed, the file still has more than 30 MiB\./);
  expect(sent).toEqual([]);
});

it("a browser that cannot pack sends a file as it is, while it is small enough", async () => {
  vi.stubGlobal("CompressionStream", undefined);
  answers(201, { is_new: true, people: 2, populations: POPULATIONS });
  const user = await choose(large(30 * 2 ** 20 + 1));
  expect(screen.getByText(/^This browser cannot pack files/)).toBeDefined();
  expect(button().disabled).toBe(true);
  await user.upload(field(), people());
  await user.click(button());
  await screen.findByText("Imported: 2 people in 2 populations.");
  expect(sent[0]?.headers).not.toHaveProperty("content-encoding");
  expect(await sent[0]?.body.text()).toBe(await people().text());
});

it("a viewer is offered no import", async () => {
  show(() => <Screen who="viewer" />);
  await screen.findByText("People");
  expect(screen.queryAllByRole("button")).toEqual([]);
});
