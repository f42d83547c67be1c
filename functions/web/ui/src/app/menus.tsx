import { Check, Languages, Monitor, Moon, Sun } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { buttonClass } from "@/components/ui/button";
import { keepLanguage, LANGUAGES } from "@/i18n";
import { chooseTheme, THEMES, useTheme } from "./theme";

const ITEM =
  "flex w-full cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm outline-none data-highlighted:bg-sunken";

/** A menu beside its button. Not modal: it would need a style element, which our policy forbids. */
export function Menu({
  label,
  trigger,
  children,
}: {
  label: string;
  trigger: ReactNode;
  children: ReactNode;
}) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={buttonClass("quiet", true)}>
        <span className="sr-only">{label}</span>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Content
        align="end"
        sideOffset={6}
        className="z-40 min-w-44 rounded-card border border-line bg-raised p-1.5 shadow-lg"
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}

export function MenuItem({ onSelect, children }: { onSelect: () => void; children: ReactNode }) {
  return (
    <DropdownMenu.Item onSelect={onSelect} className={ITEM}>
      {children}
    </DropdownMenu.Item>
  );
}

function Choice({ value, children }: { value: string; children: ReactNode }) {
  return (
    <DropdownMenu.RadioItem value={value} className={ITEM}>
      <span className="size-4">
        <DropdownMenu.ItemIndicator>
          <Check aria-hidden className="size-4" />
        </DropdownMenu.ItemIndicator>
      </span>
      {children}
    </DropdownMenu.RadioItem>
  );
}

const ICONS = { system: Monitor, light: Sun, dark: Moon };

export function ThemeMenu() {
  const { t } = useTranslation();
  const chosen = useTheme();
  const Icon = ICONS[chosen];
  return (
    <Menu label={t("setting.theme")} trigger={<Icon aria-hidden className="size-4" />}>
      <DropdownMenu.RadioGroup
        value={chosen}
        onValueChange={(value) => chooseTheme(THEMES.find((known) => known === value) ?? "system")}
      >
        {THEMES.map((theme) => (
          <Choice key={theme} value={theme}>
            {t(`setting.themes.${theme}`)}
          </Choice>
        ))}
      </DropdownMenu.RadioGroup>
    </Menu>
  );
}

export function LanguageMenu() {
  const { t, i18n } = useTranslation();
  return (
    <Menu
      label={t("setting.language")}
      trigger={
        <>
          <Languages aria-hidden className="size-4" />
          <span className="uppercase">{i18n.language}</span>
        </>
      }
    >
      <DropdownMenu.RadioGroup
        value={i18n.language}
        onValueChange={(value) => {
          const language = LANGUAGES.find((known) => known === value);
          if (language) void keepLanguage(language);
        }}
      >
        {LANGUAGES.map((language) => (
          <Choice key={language} value={language}>
            {{ en: "English", pl: "Polski" }[language]}
          </Choice>
        ))}
      </DropdownMenu.RadioGroup>
    </Menu>
  );
}
