import { cleanup, render, screen } from "@testing-library/react";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { afterEach, beforeAll, expect, it } from "vitest";
import en from "@/i18n/en.json";
import { Statistics } from "./statistics";

beforeAll(async () => {
  await i18next.use(initReactI18next).init({
    lng: "en",
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  });
});
afterEach(cleanup);

const scored = { share: 0.4, interval: [0.3, 0.5] };
const rating = (more: object) => ({
  mean: 3.2,
  median: 3,
  std: 1.1,
  top_two: scored,
  bottom_two: scored,
  shares: [],
  ...more,
});
const shown = (statistics: object) =>
  render(<Statistics of={{ question_type: "rating-scale", responses_count: 12, statistics }} />);

it("says of how many people a rating rests on whole distributions", () => {
  shown(rating({ with_distribution: 12 }));
  screen.getByText(/^12 gave a whole distribution/);
});

it("says nothing of distributions where people named a point", () => {
  shown(rating({}));
  expect(screen.queryByText(/whole distribution/)).toBeNull();
});

it("says of a mean rank how far chance reaches and of how many, where the API says it", () => {
  const ranking = (mean_rank_intervals: object) => ({
    mean_rank: { taste: 1.25, price: 2 },
    mean_rank_intervals,
    shares: [],
  });
  const ranked = (statistics: object) =>
    render(<Statistics of={{ question_type: "ranking", responses_count: 12, statistics }} />);
  ranked(ranking({ taste: [1.1, 1.4], price: [1.8, 2.2] }));
  expect(screen.getAllByRole("definition").map((figure) => figure.textContent)).toEqual([
    "mean rank 1.25 (95%: 1.10–1.40) · n = 12",
    "mean rank 2.00 (95%: 1.80–2.20) · n = 12",
  ]);
  cleanup();
  ranked(ranking({}));
  screen.getByText("mean rank 1.25 · n = 12");
});

it("says what open answers are about, each theme with its interval", () => {
  const statistics = {
    codes: [],
    themes: [{ words: ["price", "delivery"], count: 4, share: 0.25, interval: [0.1, 0.49] }],
    sample_responses: ["Too dear."],
  };
  render(<Statistics of={{ question_type: "open-text", responses_count: 16, statistics }} />);
  screen.getByRole("heading", { name: "Themes" });
  expect(screen.getByRole("term").textContent).toBe("price, delivery");
  expect(screen.getByRole("definition").textContent).toBe("25% 95%: 10%–49% · n = 4");
});
