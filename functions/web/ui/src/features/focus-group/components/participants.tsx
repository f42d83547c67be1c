import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSettled } from "@/app/settled";
import { More } from "@/components/more";
import { Button } from "@/components/ui/button";
import { Checkbox, Input } from "@/components/ui/field";
import { Empty, Failure, Loading } from "@/components/ui/states";
import { filterOf } from "@/features/persona/hooks/facets";
import { personasQuery } from "@/features/persona/hooks/personas";
import { ToGenerate } from "@/features/project/components/to-generate";
import type { Project } from "@/features/project/hooks/projects";

/** As many as a discussion takes. */
const MOST = 100;

/** Who talks: chosen among all people of the project, who are found by the server and come in pages. */
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
  const [words, setWords] = useState("");
  const asked = useSettled(words);
  const list = useInfiniteQuery({
    ...personasQuery(project.id, filterOf({ q: asked })),
    // who was shown stays until the next ones are there
    placeholderData: keepPreviousData,
  });
  const people = list.data?.pages.flatMap((page) => page.personas) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const toggle = (id: string) =>
    onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium text-sm">
        {t("group.participants")} ({chosen.length})
      </legend>
      {list.error && (
        <Failure
          failure={list.error}
          retry={() => void (list.data ? list.fetchNextPage() : list.refetch())}
        />
      )}
      {list.isLoadingError ? null : list.isPending ? (
        <Loading lines={3} />
      ) : people.length === 0 && asked === "" ? (
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
                const ids = people.map((person) => person.id);
                onChange([...new Set([...chosen, ...ids])].slice(0, MOST));
              }}
            >
              {t("group.chooseShown", { count: people.length })}
            </Button>
            <Button small onClick={() => onChange([])} disabled={chosen.length === 0}>
              {t("group.chooseNone")}
            </Button>
          </div>
          <ul aria-label={t("nav.people")} className="card max-h-72 overflow-y-auto py-1">
            {people.map((person) => (
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
          <More list={list} loaded={people.length} total={total} />
        </>
      )}
      {error && <p className="text-bad text-sm">{error}</p>}
    </fieldset>
  );
}
