import { useQuery } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/ui/button";
import { Checkbox, Input } from "@/components/ui/field";
import { Source } from "@/components/ui/source";
import { useFormat } from "@/i18n/format";
import { type AttributePreview, previewQuery, usePreview } from "../hooks/preview";
import { Feasibility } from "./feasibility";

export type Weights = Record<string, Record<string, number>>;

/** The categories of a target with the labels that the engine knows them by. */
const CATEGORIES = {
  age_group: ["18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+"],
  gender: ["Female", "Male", "Non-binary"],
  education_level: ["basic", "vocational", "secondary", "higher"],
  income_bracket: [
    "< 3 000 zł",
    "3 000 - 5 000 zł",
    "5 000 - 7 500 zł",
    "7 500 - 10 000 zł",
    "10 000 - 15 000 zł",
    "> 15 000 zł",
  ],
  location: ["urban", "rural"],
} as const;
type Category = keyof typeof CATEGORIES;
const NAMES = Object.keys(CATEGORIES) as Category[];

/** What the server calls what is targeted. */
const ATTRIBUTES: Record<Category, string> = {
  age_group: "age_group",
  gender: "gender",
  education_level: "education",
  income_bracket: "income_bracket",
  location: "location",
};

/** Towns and voivodeships may be added: there are too many to list. */
const OPEN: Category = "location";

/**
 * The shares that the researcher wants, attribute by attribute, beside the official ones and what so many people say.
 * What is left alone follows the official statistics. Weights are kept as they are set; the share beside each is what
 * they come to.
 */
export function TargetBuilder({
  value,
  people,
  onChange,
  disabled,
}: {
  value: Weights;
  people: number;
  onChange: (value: Weights) => void;
  disabled?: boolean;
}) {
  const { t } = useTranslation();
  const preview = usePreview(asShares(value), people);
  const [waiting, setWaiting] = useState<readonly Category[]>([]);
  const next = waiting.find((category) => value[category] === undefined);
  const official = useOfficial(next, people);
  const set = (category: Category, weights: Record<string, number> | null) => {
    const { [category]: _, ...others } = value;
    onChange(weights ? { ...others, [category]: weights } : others);
  };
  const toggle = (category: Category, isWanted: boolean) => {
    const others = waiting.filter((one) => one !== category);
    setWaiting(isWanted ? [...others, category] : others);
    if (!isWanted && value[category]) set(category, null);
  };
  // one after the other, so that each goes beside those that have come before
  useEffect(() => {
    if (next && official) onChange({ ...value, [next]: official });
  }, [next, official, value, onChange]);
  return (
    <div className="flex flex-col gap-3">
      {NAMES.map((category) => (
        <fieldset key={category} disabled={disabled} className="card px-4 py-3">
          <legend className="sr-only">{t(`target.${category}`)}</legend>
          <Checkbox
            label={t(`target.${category}`)}
            hint={value[category] ? undefined : t("target.official")}
            checked={value[category] !== undefined || waiting.includes(category)}
            onChange={(event) => toggle(category, event.target.checked)}
          />
          {value[category] && (
            <Shares
              category={category}
              weights={value[category]}
              seen={preview.data?.attributes.find((one) => one.attribute === ATTRIBUTES[category])}
              onChange={(weights) => set(category, weights)}
            />
          )}
        </fieldset>
      ))}
      <Feasibility preview={preview.data} failure={preview.error} isPending={preview.isFetching} />
    </div>
  );
}

/**
 * The official shares of an attribute as weights, which the researcher then moves; equal ones where they cannot be had.
 * Undefined until it is known.
 */
function useOfficial(category: Category | undefined, people: number) {
  const equal = category && even(category);
  const preview = useQuery({
    ...previewQuery(asShares(category && equal ? { [category]: equal } : {}), people),
    enabled: category !== undefined,
  });
  if (!category || preview.isFetching) return undefined;
  const seen = preview.data?.attributes.find((one) => one.attribute === ATTRIBUTES[category]);
  const shares = seen?.categories.map(({ label, official }) => [label, official ?? 0]);
  return shares ? asSliders({ [category]: Object.fromEntries(shares) })[category] : equal;
}

/** Equal weights. */
function even(category: Category): Record<string, number> {
  return Object.fromEntries(CATEGORIES[category].map((label) => [label, 50]));
}

function Shares({
  category,
  weights,
  seen,
  onChange,
}: {
  category: Category;
  weights: Record<string, number>;
  seen: AttributePreview | undefined;
  onChange: (weights: Record<string, number>) => void;
}) {
  const { t } = useTranslation();
  const { percent } = useFormat();
  const labels = [...new Set([...CATEGORIES[category], ...Object.keys(weights)])];
  const total = labels.reduce((sum, label) => sum + (weights[label] ?? 0), 0);
  return (
    <div className="mt-3 flex flex-col gap-1.5">
      {labels.map((label) => (
        <Share
          key={label}
          label={t(`target.labels.${label}`, { defaultValue: label })}
          weight={weights[label] ?? 0}
          total={total}
          official={seen?.categories.find((one) => one.label === label)?.official}
          onChange={(weight) => onChange({ ...weights, [label]: weight })}
          onRemove={
            (CATEGORIES[category] as readonly string[]).includes(label)
              ? undefined
              : () => {
                  const { [label]: _, ...others } = weights;
                  onChange(others);
                }
          }
        />
      ))}
      {total === 0 && <p className="text-bad text-sm">{t("target.allZero")}</p>}
      {seen?.is_targeted && (
        <div className="flex items-center gap-1 text-quiet text-sm">
          {typeof seen.moved === "number"
            ? t("target.moved", { share: percent(seen.moved, 0) })
            : t("target.movedUnknown")}
          <Source of={t(`target.${category}`)}>
            <p>{t("target.officialSource", { source: seen.source })}</p>
            <p className="mt-1">{t(`fidelity.provenance.${seen.provenance}`)}</p>
          </Source>
        </div>
      )}
      {category === OPEN && (
        <AddPlace onAdd={(place) => onChange({ ...weights, [place]: weights[place] ?? 50 })} />
      )}
    </div>
  );
}

function Share({
  label,
  weight,
  total,
  official,
  onChange,
  onRemove,
}: {
  label: string;
  weight: number;
  total: number;
  /** What the tables have; null where they do not know it, undefined while nobody has said. */
  official: number | null | undefined;
  onChange: (weight: number) => void;
  onRemove?: () => void;
}) {
  const { t } = useTranslation();
  const { percent } = useFormat();
  const id = useId();
  const share = total > 0 ? weight / total : 0;
  return (
    <div className="grid grid-cols-[minmax(0,9rem)_1fr_3.5rem_5.5rem_1.5rem] items-center gap-3">
      <label htmlFor={id} className="truncate text-sm">
        {label}
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={100}
        value={Math.round(weight)}
        onChange={(event) => onChange(Number(event.target.value))}
        aria-valuetext={percent(share)}
        className="w-full accent-accent"
      />
      <output htmlFor={id} className="tabular text-right text-sm">
        {percent(share, 0)}
      </output>
      <span className="tabular text-right text-quiet text-sm">
        {typeof official === "number" && t("target.officialShare", { share: percent(official, 0) })}
      </span>
      {onRemove ? (
        <button
          type="button"
          onClick={onRemove}
          aria-label={t("target.remove", { label })}
          className="inline-flex min-w-[24px] items-center justify-center"
        >
          <X aria-hidden className="size-4" />
        </button>
      ) : (
        <span />
      )}
    </div>
  );
}

function AddPlace({ onAdd }: { onAdd: (place: string) => void }) {
  const { t } = useTranslation();
  const [place, setPlace] = useState("");
  const add = () => {
    if (place.trim()) onAdd(place.trim());
    setPlace("");
  };
  return (
    <div className="mt-1 flex items-end gap-2">
      <div className="flex-1">
        <Input
          label={t("target.place")}
          value={place}
          onChange={(event) => setPlace(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              add();
            }
          }}
        />
      </div>
      <Button onClick={add}>
        <Plus aria-hidden className="size-4" />
        {t("target.addPlace")}
      </Button>
    </div>
  );
}

/** From shares as they are stored (0 to 1, adding up to 1 or not) to the sliders' 0 to 100. */
export function asSliders(stored: Weights): Weights {
  const scaled = Object.entries(stored).map(([category, weights]) => {
    const most = Math.max(...Object.values(weights), 0);
    const factor = most > 0 ? (most <= 1 ? 100 : 100 / most) : 1;
    const moved = Object.entries(weights).map(([label, weight]) => [label, weight * factor]);
    return [category, Object.fromEntries(moved)];
  });
  return Object.fromEntries(scaled);
}

/** To shares that add up to 1; labels without weight stay, because 0 excludes them. */
export function asShares(sliders: Weights): Weights {
  const shared = Object.entries(sliders).map(([category, weights]) => {
    const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
    const parts = Object.entries(weights).map(([label, weight]) => [
      label,
      total > 0 ? weight / total : weight,
    ]);
    return [category, Object.fromEntries(parts)];
  });
  return Object.fromEntries(shared);
}
