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
