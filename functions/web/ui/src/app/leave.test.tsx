import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { keepSession } from "@/api/session";
import { Composer } from "@/features/collaboration/components/composer";
import { NewTask } from "@/features/collaboration/components/task-form";
import { UploadDocument } from "@/features/document/components/upload";
import { Export } from "@/features/export/components/export";
import { Ask } from "@/features/focus-group/components/concept-graph";
import { MessagesPanel } from "@/features/insight/components/messages";
import { Invite } from "@/features/member/members";
import { DeletePersona } from "@/features/persona/components/delete";
import { Generate } from "@/features/persona/components/generate";
import { Change } from "@/features/persona/components/status";
import { Profile } from "@/features/setting/components/profile";
import { Human } from "@/features/survey/components/human";
import { SetCap } from "@/features/usage/usage";
import { inEnglish, show } from "@/testing";
import { isUnsent } from "./draft";
import { LeaveGuard } from "./leave";

const project = { id: "p", role: "admin", target_sample_size: 20 } as never;
const persona = { id: "s", full_name: "Zofia Lis" } as never;
const survey = { id: "v" } as never;
const write = { error: null, isPending: false, mutate: () => undefined };
const admin = { role: "admin" } as const;
const nothing = () => undefined;
type User = ReturnType<typeof userEvent.setup>;
const press = (user: User, name: string) => user.click(screen.getByRole("button", { name }));

type Form = {
  of: string;
  field: string;
  form: () => ReactNode;
  /** What is typed, where the field takes no words. */
  typed?: string;
  /** What comes before its field is there. */
  open?: (user: User) => Promise<unknown>;
  /** What sends it, where that takes no file. */
  send?: string;
};
/** Each form that a page has beside what it is for, and a field of it. */
const FORMS: Form[] = [
  {
    of: "a comment",
    field: "Write a comment",
    form: () => (
      <Composer projectId="p" place="comment.s" label="Write a comment" send="Send" write={write} />
    ),
  },
  {
    of: "a task",
    field: "What is to be done",
    form: () => <NewTask projectId="p" onMade={nothing} onCancel={nothing} />,
    send: "Make the task",
  },
  { of: "a profile", field: "Position", form: () => <Profile /> },
  {
    of: "an order of messages",
    field: "Occasion or offer (optional)",
    form: () => <MessagesPanel personaId="s" project={project} />,
  },
  {
    of: "an invitation",
    field: "E-mail",
    form: () => <Invite project={project} />,
    typed: "bo@example.com",
    send: "Invite",
  },
  {
    of: "what a project may spend",
    field: "At most, in US dollars",
    form: () => <SetCap projectId="p" cap={5} />,
    typed: "0",
    send: "Save",
  },
  {
    of: "the reason of a status",
    field: "Why? (optional)",
    form: () => <Change persona={persona} projectId="p" to="archived" close={nothing} />,
    send: "Change",
  },
  {
    of: "the reason of a deletion",
    field: "Which reason?",
    form: () => <DeletePersona persona={persona} projectId="p" onDeleted={nothing} />,
    open: async (user) => {
      await press(user, "Delete this person");
      await user.selectOptions(screen.getByLabelText("Reason"), "other");
    },
    send: "Delete",
  },
  {
    of: "the reason of a file without its mask",
    field: "Why?",
    form: () => (
      <Export {...admin} projectId="p" subject={{ kind: "survey", id: "v", name: "Tea" }} />
    ),
    open: async (user) => {
      await press(user, "Export");
      await user.click(screen.getByRole("checkbox", { name: "Not masked" }));
    },
    send: "Write the file",
  },
  {
    of: "how many people are generated",
    field: "How many",
    form: () => <Generate project={project} />,
    typed: "0",
    send: "Generate 200 people",
  },
  {
    of: "the seed of a generation",
    field: "Seed (optional)",
    form: () => <Generate project={project} />,
    typed: "7",
    send: "Generate 20 people",
  },
  {
    of: "the title of an upload",
    field: "Title",
    form: () => <UploadDocument projectId="p" />,
  },
  {
    of: "the name of people's answers",
    field: "Name",
    form: () => <Human survey={survey} project={project} />,
  },
  {
    of: "a question to the graph",
    field: "Ask the discussion",
    form: () => <Ask group={{ id: "g" } as never} />,
    send: "Ask",
  },
];

beforeAll(inEnglish);
const drafts = () => Object.keys(localStorage).filter((place) => place.includes(".draft."));
beforeEach(() => {
  localStorage.clear();
  const user = { id: "a", email: "ada@example.com", full_name: "Ada", is_verified: true };
  keepSession({ access_token: "t", refresh_token: "r", expires_in: 3_600, user } as never);
  vi.stubGlobal("fetch", async () => new Response("{}", { status: 503 }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** The form on a page of its own, open, with its field. */
async function page({ form, field, open }: Form) {
  const { router } = show(() => (
    <>
      {form()}
      <LeaveGuard />
    </>
  ));
  const user = userEvent.setup();
  await screen.findAllByRole("button");
  await open?.(user);
  return { router, user, input: (await screen.findByLabelText(field)) as HTMLInputElement };
}

it.each(FORMS)(
  "leaving asks where $of is written and not sent, and nothing is lost",
  async (of) => {
    const { router, user, input } = await page(of);
    await user.type(input, of.typed ?? "Half");
    const written = input.value;
    void router.navigate({ to: "/elsewhere" as never });
    await user.click(await screen.findByRole("button", { name: "Stay", hidden: true }));
    expect(router.state.location.pathname).toBe("/");
    cleanup();

    expect(written).toContain(of.typed ?? "Half");
    expect((await page(of)).input.value).toBe(written);
    cleanup();

    const sten = { id: "b", email: "sten@example.com", full_name: "Sten", is_verified: true };
    keepSession({ access_token: "t", refresh_token: "r", expires_in: 3_600, user: sten } as never);
    expect((await page(of)).input.value).not.toBe(written);
  },
);

it.each(FORMS.filter(({ send }) => send))(
  "what was written of $of is forgotten once it is sent",
  async (of) => {
    const { user, input } = await page(of);
    await user.type(input, of.typed ?? "Half");
    expect(drafts()).toHaveLength(1);
    const how_made = { method: "counted" };
    const sent = { insights: [], suggested_questions: [], applied: [], how_made };
    vi.stubGlobal("fetch", async ({ method }: Request) =>
      method === "GET" ? new Response("{}", { status: 503 }) : Response.json(sent),
    );
    await press(user, of.send ?? "");
    await waitFor(() => expect(drafts()).toEqual([]));
    expect(isUnsent()).toBe(false);
  },
);
