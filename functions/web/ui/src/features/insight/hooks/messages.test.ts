import { beforeEach, expect, it } from "vitest";
import { keepSession } from "@/api/session";
import { keepMessages, messagesTo } from "./messages";

const written = (context: string) => ({ asked: { context }, messages: { variants: [] } }) as never;
const signIn = (id: string) => keepSession({ user: { id }, expires_in: 1 } as never);
beforeEach(() => {
  localStorage.clear();
  signIn("olga");
});

it("keeps what was written to a person last when the tab closes, for nobody else's eyes", () => {
  keepMessages("s1", written("May"));
  keepMessages("s2", written("June"));
  keepMessages("s1", written("July"));
  expect(messagesTo("s1")?.asked.context).toBe("July");
  expect(messagesTo("s2")?.asked.context).toBe("June");
  expect(messagesTo("s3")).toBeUndefined();
  signIn("sten");
  expect(messagesTo("s1")).toBeUndefined();
});

it("keeps those to twenty people, and begins anew where something else is kept", () => {
  for (let number = 0; number < 25; number += 1) keepMessages(`s${number}`, written("May"));
  expect([messagesTo("s4"), messagesTo("s5")]).toEqual([undefined, written("May")]);
  localStorage.setItem("sight.olga.messages", "{half");
  expect(messagesTo("s5")).toBeUndefined();
});
