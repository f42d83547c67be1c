import { act, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useSettled } from "./settled";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("hands on what stays the same for a moment, and nothing on the way there", () => {
  const seen = new Set<string>();
  const { rerender } = renderHook(
    ({ value }) => {
      seen.add(useSettled(value));
    },
    { initialProps: { value: "" } },
  );
  for (const value of ["A", "An", "Ana"]) {
    rerender({ value });
    act(() => void vi.advanceTimersByTime(100));
  }
  expect([...seen]).toEqual([""]);
  act(() => void vi.advanceTimersByTime(300));
  expect([...seen]).toEqual(["", "Ana"]);
});
