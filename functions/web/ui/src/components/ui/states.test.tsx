import { render, screen } from "@testing-library/react";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { beforeAll, expect, it, vi } from "vitest";
import { ProblemError } from "@/api/problem";
import en from "@/i18n/en.json";
import { Failure } from "./states";

beforeAll(async () => {
  await i18next.use(initReactI18next).init({ lng: "en", resources: { en: { translation: en } } });
});

it("shows what went wrong and the id of the request, and lets somebody try again", () => {
  const retry = vi.fn();
  render(
    <Failure
      failure={new ProblemError(409, "Nothing of it failed", "conflict", "r-7")}
      retry={retry}
    />,
  );
  expect(screen.getByRole("alert").textContent).toContain("Nothing of it failed");
  expect(screen.getByText("r-7")).toBeDefined();
  screen.getByRole("button", { name: "Try again" }).click();
  expect(retry).toHaveBeenCalledOnce();
});

it("says in words that no server answered", () => {
  render(<Failure failure={new ProblemError(0, "", "unreachable", null)} />);
  expect(screen.getByText(/cannot be reached/)).toBeDefined();
});
