import { useQueries, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Input, Select } from "@/components/ui/field";
import { Empty, Failure, Loading } from "@/components/ui/states";
import { TILES } from "@/features/fidelity/hooks/tiles";
import {
  activeOf,
  type Facet,
  type FacetSearch,
  facetSearch,
  filterOf,
  VALUES,
} from "../hooks/facets";
import { countQuery, summaryQuery } from "../hooks/personas";

/** The API looks for no more letters. */
const LONGEST = 100;
/** In sight at once; the others are one key away. */
const FIRST = ["segment", "status", "gender", "age"] as const;
const MORE = ["region", "place", "education", "activity", "occupation"] as const;

/** What each facet may be, and what an active one is called: “Age: 25-34”. */
function useFacets(projectId: string) {
  const { t } = useTranslation();
  const summary = useQuery(summaryQuery(projectId));
  const segments = summary.data?.segments ?? [];
  const labelOf = (facet: Facet, value: string) => {
    if (facet === "status") return t(`status.${value}`);
    if (facet === "segment") {
      return segments.find(({ segment_id }) => segment_id === value)?.segment_name ?? value;
    }
    return facet in VALUES && facet !== "age" ? t(`people.value.${facet}.${value}`) : value;
  };
  const optionsOf = (facet: Choice, chosen: string | undefined): [string, string][] => {
    if (facet === "segment") {
      return segments.map(({ segment_id, segment_name, active_personas }) => [
        segment_id,
        `${segment_name} (${active_personas})`,
      ]);
    }
    if (facet !== "region") return VALUES[facet].map((value) => [value, labelOf(facet, value)]);
    // people of other countries have regions that are too many to list: the one of the address is there
    const known = Object.keys(TILES);
    const others = chosen && !known.includes(chosen) ? [chosen] : [];
    return [...known, ...others].map((value) => [value, value]);
  };
  const nameOf = (facet: Facet, value: string) =>
    `${t(`people.facet.${facet}`)}: ${labelOf(facet, value)}`;
  return { optionsOf, nameOf };
}
type Choice = (typeof FIRST)[number] | (typeof MORE)[number];

function useFacetSearch() {
  const search: FacetSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const set = (change: FacetSearch) =>
    void navigate({
      to: ".",
      replace: true,
      search: (was: object) => ({ ...was, ...change }),
    });
  return { search, set, clear: () => set(facetSearch({})) };
}

/** Whom of the people: what is chosen stands in the address, and beneath, each with the way to leave it out. */
export function Facets({ projectId }: { projectId: string }) {
  const { t } = useTranslation();
  const { optionsOf, nameOf } = useFacets(projectId);
  const { search, set, clear } = useFacetSearch();
  const active = activeOf(search);
  // it opens by itself for whoever comes with such a filter, and closes by hand
  const [isOpen] = useState(() => MORE.some((facet) => active.includes(facet)));
  const choice = (facet: Choice) => (
    <div key={facet} className="w-48">
      <Select
        label={t(`people.facet.${facet}`)}
        value={search[facet] ?? ""}
        onChange={(event) => set({ [facet]: event.target.value || undefined })}
      >
        <option value="">{t("people.all")}</option>
        {optionsOf(facet, search[facet]).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
    </div>
  );
  return (
    <search className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-52 flex-1 sm:max-w-xs">
          <Input
            type="search"
            label={t("people.find")}
            maxLength={LONGEST}
            value={search.q ?? ""}
            onChange={(event) => set({ q: event.target.value || undefined })}
          />
        </div>
        {FIRST.map(choice)}
      </div>
      <details open={isOpen}>
        <summary className="w-fit text-quiet text-sm">{t("people.more")}</summary>
        <div className="mt-3 flex flex-wrap gap-3">{MORE.map(choice)}</div>
      </details>
      {active.length > 0 && (
        <div className="flex flex-wrap items-center gap-2">
          <ul aria-label={t("people.filters")} className="flex min-w-0 flex-wrap gap-2">
            {active.map((facet) => {
              const name = nameOf(facet, search[facet] ?? "");
              return (
                <li key={facet} className="max-w-full">
                  <Button
                    small
                    className="max-w-full"
                    aria-label={t("people.without", { filter: name })}
                    onClick={() => set({ [facet]: undefined })}
                  >
                    <span className="truncate">{name}</span>
                    <X aria-hidden className="size-4 shrink-0" />
                  </Button>
                </li>
              );
            })}
          </ul>
          <Button small look="quiet" onClick={clear}>
            {t("people.clear")}
          </Button>
        </div>
      )}
    </search>
  );
}

/** An empty list, and which filter emptied it: one without which there would be somebody. */
export function Nobody({ projectId, asked }: { projectId: string; asked: FacetSearch }) {
  const { t } = useTranslation();
  const { nameOf } = useFacets(projectId);
  const { set } = useFacetSearch();
  const active = activeOf(asked);
  const counts = useQueries({
    queries: active.map((facet) =>
      countQuery(projectId, filterOf({ ...asked, [facet]: undefined })),
    ),
  });
  if (counts.some((count) => count.isPending)) return <Loading lines={2} />;
  const failed = counts.find((count) => count.error);
  if (failed) return <Failure failure={failed.error} retry={() => void failed.refetch()} />;
  const guilty = active.flatMap((facet, place) => {
    const count = counts[place]?.data ?? 0;
    return count > 0 ? [{ facet, count }] : [];
  });
  return (
    <Empty title={t("people.nobody")}>
      {guilty.length === 0 ? (
        <p>{t("people.nobodyTogether")}</p>
      ) : (
        <ul className="flex flex-col items-center gap-2">
          {guilty.map(({ facet, count }) => (
            <li key={facet}>
              <button
                type="button"
                onClick={() => set({ [facet]: undefined })}
                className="rounded text-accent underline"
              >
                {t("people.nobodyBecause", { filter: nameOf(facet, asked[facet] ?? ""), count })}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Empty>
  );
}
