import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Checkbox, fieldError } from "@/components/ui/field";
import { useFormat } from "@/i18n/format";
import {
  ATTRIBUTES,
  CATEGORIES,
  sumOf,
  type WeightedBy,
  type WeightsDraft,
} from "../hooks/weights";

/** The shares of respondents that results are weighted to, attribute by attribute. */
export function Weights({
  value,
  onChange,
  failure,
}: {
  value: WeightsDraft;
  onChange: (value: WeightsDraft) => void;
  failure: unknown;
}) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(() => Object.keys(value).length > 0);
  const isWrong = fieldError(failure, "design.weights") !== null;
  const set = (attribute: WeightedBy, shares: Record<string, string> | null) => {
    const { [attribute]: _, ...others } = value;
    onChange(shares ? { ...others, [attribute]: shares } : others);
  };
  return (
    <details
      open={opened || isWrong}
      onToggle={(event) => setOpened(event.currentTarget.open)}
      className="card px-5 py-3"
    >
      <summary className="font-semibold">{t("weight.title")}</summary>
      <div className="mt-3 flex flex-col gap-4">
        <p className="text-quiet text-sm">{t("weight.hint")}</p>
        {ATTRIBUTES.map((attribute) => (
          <fieldset key={attribute} className="flex flex-col gap-3">
            <legend className="sr-only">{t(`segment.${attribute}`)}</legend>
            <Checkbox
              label={t(`segment.${attribute}`)}
              checked={value[attribute] !== undefined}
              onChange={(event) => set(attribute, event.target.checked ? {} : null)}
            />
            {value[attribute] && (
              <Shares
                attribute={attribute}
                shares={value[attribute]}
                onChange={(shares) => set(attribute, shares)}
              />
            )}
            {fieldError(failure, `design.weights.${attribute}`) && (
              <p className="text-bad text-sm">
                {fieldError(failure, `design.weights.${attribute}`)}
              </p>
            )}
          </fieldset>
        ))}
      </div>
    </details>
  );
}

function Shares({
  attribute,
  shares,
  onChange,
}: {
  attribute: WeightedBy;
  shares: Record<string, string>;
  onChange: (shares: Record<string, string>) => void;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const sum = sumOf(shares);
  return (
    <div className="flex flex-col gap-2 pl-6">
      <div className="grid gap-x-4 gap-y-2 sm:grid-cols-3">
        {CATEGORIES[attribute].map((category) => (
          <label key={category} className="flex items-center justify-between gap-2 text-sm">
            {t(`weight.category.${category}`, { defaultValue: category })}
            <span className="flex items-center gap-1">
              <input
                type="number"
                min={0}
                max={100}
                step="any"
                value={shares[category] ?? ""}
                onChange={(event) => onChange({ ...shares, [category]: event.target.value })}
                className="tabular h-8 w-20 rounded-lg border border-line-strong bg-surface px-2 text-right"
              />
              %
            </span>
          </label>
        ))}
      </div>
      <p className="tabular text-quiet text-sm" role="status">
        {t("weight.sum", { sum: number(sum, Number.isInteger(sum) ? 0 : 1) })}
      </p>
    </div>
  );
}
