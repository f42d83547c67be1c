import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import clsx from "clsx";
import { type KeyboardEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { chooseTheme, THEMES } from "@/app/theme";
import { Dialog } from "@/components/ui/dialog";
import { projectsQuery } from "@/features/project/hooks/projects";
import { PROJECT_PLACES } from "@/features/project/layout";
import { keepLanguage, LANGUAGES } from "@/i18n";

type Command = { id: string; label: string; group: string; run: () => void };

/** More would not be read; typing narrows them. */
const MOST = 12;

/** Everything by its name: places of this project, other projects, the look. */
export default function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const commands = useCommands();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const shown = commands
    .filter(({ label, group }) =>
      wanted.every((word) => `${group} ${label}`.toLocaleLowerCase().includes(word)),
    )
    .slice(0, MOST);
  const current = Math.min(at, shown.length - 1);
  const choose = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(current + 1, shown.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(current - 1, 0));
    else if (event.key === "Enter") choose(shown[current]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog open={open} onClose={onClose} title={t("palette.title")} className="!mt-[12vh]">
      <input
        type="text"
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={shown[current] ? `${list}-${shown[current].id}` : undefined}
        aria-label={t("palette.find")}
        placeholder={t("palette.find")}
        value={words}
        onChange={(event) => {
          setWords(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
        className="h-10 w-full rounded-lg border border-line-strong bg-surface px-3"
      />
      <div id={list} role="listbox" aria-label={t("palette.title")} className="mt-3 flex flex-col">
        {shown.map((command, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus, as the pattern has it
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field takes the keys
          <div
            key={command.id}
            id={`${list}-${command.id}`}
            role="option"
            aria-selected={index === current}
            onClick={() => choose(command)}
            className={clsx(
              "flex cursor-pointer items-center justify-between gap-3 rounded-lg px-3 py-2",
              index === current ? "bg-accent-soft" : "hover:bg-sunken",
            )}
          >
            <span className="truncate">{command.label}</span>
            <span className="shrink-0 text-quiet text-sm">{command.group}</span>
          </div>
        ))}
      </div>
      {shown.length === 0 && <p className="px-3 py-2 text-quiet">{t("palette.none")}</p>}
    </Dialog>
  );
}

function useCommands(): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { projectId } = useParams({ strict: false });
  const { data } = useQuery(projectsQuery);
  const here: Command[] = projectId
    ? PROJECT_PLACES.map(({ to, name }) => ({
        id: name,
        label: t(`nav.${name}`),
        group: t("nav.project"),
        run: () => void navigate({ to, params: { projectId } }),
      }))
    : [];
  const projects = (data?.projects ?? []).map((project) => ({
    id: project.id,
    label: project.name,
    group: t("nav.projects"),
    run: () => void navigate({ to: "/projects/$projectId", params: { projectId: project.id } }),
  }));
  const general: Command[] = [
    { id: "all", label: t("nav.projects"), run: () => void navigate({ to: "/" }) },
    { id: "new", label: t("project.create"), run: () => void navigate({ to: "/projects/new" }) },
    { id: "inbox", label: t("inbox.title"), run: () => void navigate({ to: "/inbox" }) },
    { id: "settings", label: t("nav.settings"), run: () => void navigate({ to: "/settings" }) },
  ].map((command) => ({ ...command, group: "Sight" }));
  const looks = THEMES.map((theme) => ({
    id: `theme-${theme}`,
    label: t(`setting.themes.${theme}`),
    group: t("setting.theme"),
    run: () => chooseTheme(theme),
  }));
  const languages = LANGUAGES.map((language) => ({
    id: `language-${language}`,
    label: { en: "English", pl: "Polski" }[language],
    group: t("setting.language"),
    run: () => void keepLanguage(language),
  }));
  return [...here, ...projects, ...general, ...looks, ...languages];
}
