import { cleanup, render, screen } from "@testing-library/react";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { afterEach, beforeAll, expect, it } from "vitest";
import type { Project } from "@/features/project/hooks/projects";
import en from "@/i18n/en.json";
import type { Figure } from "../hooks/metrics";
import { MetricCard } from "./metric-card";

beforeAll(async () => {
  await i18next.use(initReactI18next).init({
    lng: "en",
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
  });
});
afterEach(cleanup);

const figure = (kind: Figure["sources"][number]["kind"]): Figure => ({
  value: 0.8,
  low: 0.7,
  high: 0.9,
  unit: "share a year",
  method: "1 − churn",
  sources: [{ kind, name: "Figures of 2025" }],
  confidence: "high",
  naive: null,
  is_told_apart: false,
  benchmark: { value: 0.65, source: "Report of the trade, 2024" },
  computed_at: "2026-01-01T10:00:00Z",
  inputs_hash: "ab",
});

const show = (one: Figure) =>
  render(
    <MetricCard
      metric="retention_rate"
      outcome={one}
      trend={[]}
      project={{ role: "viewer" } as Project}
    />,
  );

it("shows what others have published beside a figure, and once where that is the figure", () => {
  show(figure("own_figures"));
  expect(screen.getByText(/Others have published: 65.*Report of the trade, 2024/)).toBeTruthy();
  cleanup();

  show(figure("benchmark"));
  expect(screen.queryByText(/Others have published/)).toBeNull();
});
