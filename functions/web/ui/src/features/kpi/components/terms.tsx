import { useTranslation } from "react-i18next";
import { fieldError, Input, Select } from "@/components/ui/field";
import type { FiguresDraft } from "../hooks/figures";

/** In which money, of which time, with or without tax: what every figure of the table means. */
export function Terms({
  draft,
  disabled,
  failure,
  set,
}: {
  draft: FiguresDraft;
  disabled: boolean;
  failure: unknown;
  set: (part: Partial<FiguresDraft>) => void;
}) {
  const { t } = useTranslation();
  return (
    <fieldset disabled={disabled} className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-4">
      <legend className="sr-only">{t("figures.terms")}</legend>
      <Input
        label={t("figures.currency")}
        hint={t("figures.currencyHint")}
        required
        maxLength={3}
        value={draft.currency}
        error={fieldError(failure, "currency")}
        onChange={(event) => set({ currency: event.target.value.toUpperCase() })}
      />
      <Select
        label={t("figures.period")}
        value={draft.period}
        onChange={(event) => set({ period: event.target.value as FiguresDraft["period"] })}
      >
        <option value="monthly">{t("figures.periods.monthly")}</option>
        <option value="yearly">{t("figures.periods.yearly")}</option>
      </Select>
      <Select
        label={t("figures.basis")}
        value={draft.basis}
        onChange={(event) => set({ basis: event.target.value as FiguresDraft["basis"] })}
      >
        <option value="net">{t("figures.bases.net")}</option>
        <option value="gross">{t("figures.bases.gross")}</option>
      </Select>
      {draft.basis === "gross" && (
        <Input
          label={t("figures.vat")}
          hint={t("figures.vatHint")}
          type="number"
          min={0}
          max={1}
          step="any"
          value={draft.vat}
          error={fieldError(failure, "vat_rate")}
          onChange={(event) => set({ vat: event.target.value })}
        />
      )}
      <Input
        label={t("figures.discount")}
        hint={t("figures.discountHint")}
        type="number"
        min={0}
        max={1}
        step="any"
        value={draft.discount}
        error={fieldError(failure, "discount_rate")}
        onChange={(event) => set({ discount: event.target.value })}
      />
    </fieldset>
  );
}
