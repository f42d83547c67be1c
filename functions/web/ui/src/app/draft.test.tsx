import { act, renderHook } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { keepSession } from "@/api/session";
import { ownPlace } from "./account";
import { useDraft } from "./draft";

const EMPTY = { name: "", notes: "" };
beforeEach(() => localStorage.clear());

it("keeps what was written when the tab closes, and says that it did", () => {
  const first = renderHook(() => useDraft("project", EMPTY));
  act(() => first.result.current[1]({ name: "Green Box", notes: "" }));
  first.unmount();

  const { result } = renderHook(() => useDraft("project", EMPTY));
  expect(result.current[0].name).toBe("Green Box");
  expect(result.current[3]).toBe(true);
});

it("forgets what was sent", () => {
  const { result } = renderHook(() => useDraft("project", EMPTY));
  act(() => result.current[1]((before) => ({ ...before, name: "Green Box" })));
  act(() => result.current[2]());
  expect(result.current[0]).toEqual(EMPTY);
  expect(localStorage.length).toBe(0);
});

it("keeps nothing that nobody has touched", () => {
  renderHook(() => useDraft("project", EMPTY));
  expect(localStorage.length).toBe(0);
});

it("begins anew where what is kept is broken", () => {
  localStorage.setItem(ownPlace("draft.project"), "{half");
  const { result } = renderHook(() => useDraft("project", EMPTY));
  expect(result.current[0]).toEqual(EMPTY);
});

it("knows whether something is unsent, also in the moment in which it is sent", () => {
  const { result } = renderHook(() => useDraft("project", EMPTY));
  const isOpen = () => result.current[4]();
  expect(isOpen()).toBe(false);
  act(() => result.current[1]({ name: "Green Box", notes: "" }));
  expect(isOpen()).toBe(true);
  act(() => {
    result.current[2]();
    expect(isOpen()).toBe(false);
  });
});

it("keeps a draft from whoever signs in next", () => {
  const signIn = (id: string) => keepSession({ user: { id }, expires_in: 1 } as never);
  signIn("olga");
  const olga = renderHook(() => useDraft("project", EMPTY));
  act(() => olga.result.current[1]({ name: "Green Box", notes: "" }));
  olga.unmount();

  signIn("sten");
  expect(renderHook(() => useDraft("project", EMPTY)).result.current[0]).toEqual(EMPTY);
  signIn("olga");
  expect(renderHook(() => useDraft("project", EMPTY)).result.current[0].name).toBe("Green Box");
});
