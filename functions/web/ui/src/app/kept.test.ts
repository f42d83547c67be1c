import { act, renderHook } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { forget, keep, useKept } from "./kept";

beforeEach(() => localStorage.clear());

it("remembers the latest first, each once, and no more than twenty", () => {
  const { result } = renderHook(() => useKept("place"));
  act(() => {
    for (let number = 0; number < 25; number += 1) keep("place", `run-${number}`);
    keep("place", "run-20");
  });
  expect(result.current).toHaveLength(20);
  expect(result.current.slice(0, 2)).toEqual(["run-20", "run-24"]);
});

it("forgets one of them, and is empty where somebody wrote something else", () => {
  const { result } = renderHook(() => useKept("place"));
  act(() => keep("place", "a"));
  act(() => forget("place", "a"));
  expect(result.current).toEqual([]);
  act(() => {
    localStorage.setItem("other", "{half");
  });
  expect(renderHook(() => useKept("other")).result.current).toEqual([]);
});
