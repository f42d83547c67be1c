import { cleanup, render, screen, within } from "@testing-library/react";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { afterEach, beforeAll, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import en from "@/i18n/en.json";
import { Comparison } from "./human";

beforeAll(async () => {
  await i18next.use(initReactI18next).init({
    lng: "en",
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  });
});
afterEach(cleanup);

const interval = (value: number, low: number, high: number) => ({ value, interval: [low, high] });

/** A survey whose every question passes. */
const compared = (more: Partial<Schemas["Compared"]>) =>
  ({
    answers: { name: "Panel, May" },
    people: 200,
    simulated: 180,
    questions: [
      {
        question_id: "buy",
        question_title: "Would you buy it?",
        total_variation: interval(0.05, 0.02, 0.1),
        noise_floor: { expected: 0.08, p95: 0.14 },
        deviation_ratio: interval(0.91, 0.82, 1.03),
        adjusted_p_value: 0.8,
        verdict: "passes",
      },
    ],
    attributes: [],
    not_looked_at: [],
    verdict: "passes",
    ...more,
  }) as Schemas["Compared"];

const structure = (more: Partial<Schemas["Structure"]>): Schemas["Structure"] => ({
  columns: 8,
  distance: 0.412,
  chance: 0.131,
  strength: [0.07, 0.45],
  p_value: 0.002,
  adjusted_p_value: 0.004,
  would_be_noticed: true,
  verdict: "differs",
  ...more,
});

it("shows why a survey differs whose questions all pass", () => {
  render(<Comparison compared={compared({ verdict: "differs", structure: structure({}) })} />);
  const line = screen.getByRole("row", { name: /One answer with another/ });
  within(line).getByText("differs");
  for (const figure of ["0.412", "0.131", "p = 0.004", "0.07 simulated, 0.45 people"])
    within(line).getByText(figure);
  expect(screen.queryByText("Answers with attributes", { exact: false })).toBeNull();
});

it("shows the spread of the simulation beside people's with its interval", () => {
  render(<Comparison compared={compared({})} />);
  const line = screen.getByRole("row", { name: /Would you buy it/ });
  expect(line.textContent).toContain("0.91");
  expect(line.textContent).toMatch(/0\.82.*1\.03/);
});

it("says what nobody looked at, by what attributes people were compared, and what could not be told", () => {
  render(
    <Comparison
      compared={compared({
        attributes: ["age", "sex"],
        who_answers: structure({ verdict: "too_few_to_notice", would_be_noticed: false }),
        not_looked_at: ["who_answers", "pairs_of_questions", "further_questions", "weights"],
        verdict: "too_few_to_notice",
      })}
    />,
  );
  screen.getByText(/Attributes of the file: age, sex/);
  screen.getByText(en.human.unnoticed);
  const said = screen.getAllByRole("listitem").map((item) => item.textContent);
  expect(said).toEqual([
    en.human.notLookedAt.who_answers,
    en.human.notLookedAt.pairs_of_questions,
    en.human.notLookedAt.further_questions,
    en.human.notLookedAt.weights,
  ]);
});

it("says how many people it takes where there are too few to notice", () => {
  render(<Comparison compared={compared({ verdict: "too_few_to_notice", people_needed: 1230 })} />);
  screen.getByText("About 1,230 people on each side would do.");
});
