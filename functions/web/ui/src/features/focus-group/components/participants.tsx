import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Checkbox, Input } from "@/components/ui/field";
import { Empty, Failure, Loading } from "@/components/ui/states";
import { personasQuery } from "@/features/persona/hooks/personas";
import { ToGenerate } from "@/features/project/components/to-generate";
import type { Project } from "@/features/project/hooks/projects";

/** As many as a discussion takes. */
const MOST = 100;

/** Who talks: chosen among the people who are loaded. */
export function Participants({
  project,
  chosen,
  onChange,
  error,
}: {
  project: Project;
  chosen: string[];
  onChange: (people: string[]) => void;
  error: string | null;
}) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(personasQuery(project.id));
  const [words, setWords] = useState("");
  const people = list.data?.pages.flatMap((page) => page.personas) ?? [];
  const shown = people.filter((person) =>
    `${person.full_name} ${person.occupation} ${person.location} ${person.segment_name}`
      .toLocaleLowerCase()
      .includes(words.toLocaleLowerCase()),
  );
  const toggle = (id: string) =>
    onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium text-sm">
        {t("group.participants")} ({chosen.length})
      </legend>
      {list.error ? (
        <Failure failure={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Loading lines={3} />
      ) : people.length === 0 ? (
        <Empty title={t("people.none")} action={<ToGenerate project={project} />} />
      ) : (
        <>
          <Input
            type="search"
            hideLabel
            label={t("people.find")}
            placeholder={t("people.find")}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
          <div className="flex gap-2">
            <Button
              small
              onClick={() => {
                const ids = shown.map((person) => person.id);
                onChange([...new Set([...chosen, ...ids])].slice(0, MOST));
              }}
            >
              {t("group.chooseShown", { count: shown.length })}
            </Button>
            <Button small onClick={() => onChange([])} disabled={chosen.length === 0}>
              {t("group.chooseNone")}
            </Button>
          </div>
          <ul aria-label={t("nav.people")} className="card max-h-72 overflow-y-auto py-1">
            {shown.map((person) => (
              <li key={person.id} className="px-4 py-1">
                <Checkbox
                  label={`${person.full_name}, ${person.age}, ${person.occupation}`}
                  checked={chosen.includes(person.id)}
                  disabled={!chosen.includes(person.id) && chosen.length >= MOST}
                  onChange={() => toggle(person.id)}
                />
              </li>
            ))}
          </ul>
        </>
      )}
      {error && <p className="text-bad text-sm">{error}</p>}
    </fieldset>
  );
}
