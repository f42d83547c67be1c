import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { keepSession } from "@/api/session";
import { Composer } from "@/features/collaboration/components/composer";
import { NewTask } from "@/features/collaboration/components/task-form";
import { MessagesPanel } from "@/features/insight/components/messages";
import { Profile } from "@/features/setting/components/profile";
import { inEnglish, show } from "@/testing";
import { LeaveGuard } from "./leave";

const project = { id: "p", role: "editor" } as never;
const write = { error: null, isPending: false, mutate: () => undefined };
/** Each form that a page has beside what it is for, and a field of it. */
const FORMS: [string, string, () => ReactNode][] = [
  [
    "a comment",
    "Write a comment",
    () => (
      <Composer projectId="p" place="comment.s" label="Write a comment" send="Send" write={write} />
    ),
  ],
  [
    "a task",
    "What is to be done",
    () => <NewTask projectId="p" onMade={() => undefined} onCancel={() => undefined} />,
  ],
  ["a profile", "Position", () => <Profile />],
  [
    "an order of messages",
    "Occasion or offer (optional)",
    () => <MessagesPanel personaId="s" project={project} />,
  ],
];

beforeAll(inEnglish);
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

it.each(FORMS)(
  "leaving asks where %s is written and not sent, and nothing is lost",
  async (_, name, form) => {
    const screenOf = () => (
      <>
        {form()}
        <LeaveGuard />
      </>
    );
    const { router } = show(screenOf);
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText(name), "Half");
    void router.navigate({ to: "/elsewhere" as never });
    await user.click(await screen.findByRole("button", { name: "Stay" }));
    expect(router.state.location.pathname).toBe("/");
    cleanup();

    show(screenOf);
    expect(((await screen.findByLabelText(name)) as HTMLInputElement).value).toBe("Half");
  },
);
