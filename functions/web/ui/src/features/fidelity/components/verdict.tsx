import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { Badge } from "@/components/ui/states";
import type { AttributeFit, Report } from "../hooks/fidelity";

const TONES = {
  fits: "good",
  fits_in_part: "good",
  too_few_people: "warn",
  off: "bad",
  empty: "plain",
} as const;

export function VerdictBadge({ verdict }: { verdict: Report["verdict"] }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[verdict]}>{t(`fidelity.verdict.${verdict}`)}</Badge>;
}

const FIT_TONES = {
  fits: "good",
  fits_weakly: "warn",
  fits_untested: "plain",
  off: "bad",
} as const;

export function FitBadge({ verdict }: { verdict: AttributeFit["fit"]["verdict"] }) {
  const { t } = useTranslation();
  return <Badge tone={FIT_TONES[verdict]}>{t(`fidelity.fit.${verdict}`)}</Badge>;
}

const PROVENANCE_TONES = {
  official: "info",
  target: "accent",
  modelled: "plain",
  not_official: "warn",
} as const;

export function ProvenanceBadge({ provenance }: { provenance: Schemas["Provenance"] }) {
  const { t } = useTranslation();
  return (
    <Badge tone={PROVENANCE_TONES[provenance]}>{t(`fidelity.provenance.${provenance}`)}</Badge>
  );
}
