import { useTranslation } from "react-i18next";

/** Numbers and times as the reader's language writes them. */
export function useFormat() {
  const { i18n } = useTranslation();
  const language = i18n.language;
  return {
    language,
    number: (value: number, digits = 0) =>
      new Intl.NumberFormat(language, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(value),
    percent: (share: number, digits = 1) =>
      new Intl.NumberFormat(language, {
        style: "percent",
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(share),
    date: (when: string) =>
      new Intl.DateTimeFormat(language, { dateStyle: "medium" }).format(new Date(when)),
    moment: (when: string) =>
      new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(
        new Date(when),
      ),
    bytes: (bytes: number) =>
      new Intl.NumberFormat(language, {
        style: "unit",
        unit: bytes < 1_000_000 ? "kilobyte" : "megabyte",
        maximumFractionDigits: 1,
      }).format(bytes < 1_000_000 ? bytes / 1_000 : bytes / 1_000_000),
    money: (usd: number) =>
      new Intl.NumberFormat(language, {
        style: "currency",
        currency: "USD",
        maximumFractionDigits: usd !== 0 && Math.abs(usd) < 0.1 ? 4 : 2,
      }).format(usd),
  };
}

/** A p value as statisticians write it: never zero, and never quite one. */
export function pValue(p: number, number: (value: number, digits: number) => string): string {
  if (p > 0.999) return `p > ${number(0.999, 3)}`;
  return p < 0.001 ? `p < ${number(0.001, 3)}` : `p = ${number(p, 3)}`;
}
