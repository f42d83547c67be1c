import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export const LANGUAGES = ["en", "pl"] as const;
export type Language = (typeof LANGUAGES)[number];

const KEY = "sight.language";
const texts: Record<Language, () => Promise<{ default: object }>> = {
  en: () => import("./en.json"),
  pl: () => import("./pl.json"),
};

export function wantedLanguage(): Language {
  const kept = localStorage.getItem(KEY);
  const known = LANGUAGES.find((language) => language === kept);
  return known ?? (navigator.language.startsWith("pl") ? "pl" : "en");
}

/** Loads the one language that is shown; the other one comes when somebody asks for it. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: wantedLanguage(),
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await chooseLanguage(wantedLanguage());
}

export async function chooseLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    i18next.addResourceBundle(language, "translation", (await texts[language]()).default);
  }
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
}

export async function keepLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await chooseLanguage(language);
}
