import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { keepSession } from "@/api/session";
import { ownPlace } from "./account";
import { forgetDrafts, isUnsent, useDraft } from "./draft";

const EMPTY = { name: "", notes: "" };
beforeEach(() => localStorage.clear());
afterEach(cleanup);

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
  expect(isUnsent()).toBe(false);
  act(() => result.current[1]({ name: "Green Box", notes: "" }));
  expect(isUnsent()).toBe(true);
  act(() => {
    result.current[2]();
    expect(isUnsent()).toBe(false);
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

it("leaves the form as it is when that was sent, and asks nothing of a form that is gone", () => {
  const form = renderHook(() => useDraft("project", EMPTY));
  const write = () => act(() => form.result.current[1]({ name: "Green Box", notes: "" }));
  write();
  act(() => form.result.current[4]());
  expect([isUnsent(), localStorage.length]).toEqual([false, 0]);
  expect(form.result.current[0].name).toBe("Green Box");
  write();
  form.unmount();
  expect(isUnsent()).toBe(false);
});

it("forgets what was being written about something that is gone, asks nothing of it, and keeps the rest", () => {
  const write = (key: string) => {
    const { result } = renderHook(() => useDraft(key, EMPTY));
    act(() => result.current[1]({ name: "Green Box", notes: "" }));
  };
  for (const key of ["comment.ada", "task.edit.ada"]) write(key);
  act(() => forgetDrafts("ada"));
  expect([isUnsent(), localStorage.length]).toEqual([false, 0]);

  for (const key of ["comment.ada", "comment.adam"]) write(key);
  act(() => forgetDrafts("ada"));
  expect(Object.keys(localStorage)).toEqual([ownPlace("draft.comment.adam")]);
  expect(isUnsent()).toBe(true);
});
