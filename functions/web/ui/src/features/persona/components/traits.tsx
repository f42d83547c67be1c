import { useTranslation } from "react-i18next";
import { Source } from "@/components/ui/source";
import { useFormat } from "@/i18n/format";
import type { PersonaDetails } from "../hooks/personas";

const BIG_FIVE = [
  "openness",
  "conscientiousness",
  "extraversion",
  "agreeableness",
  "neuroticism",
] as const;
const HOFSTEDE = [
  "power_distance",
  "individualism",
  "masculinity",
  "uncertainty_avoidance",
  "long_term_orientation",
  "indulgence",
] as const;

/** Traits as they were drawn: a point between 0 and 1, and where the draw comes from. */
export function Traits({ persona }: { persona: PersonaDetails }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-7">
      <section>
        <h3 className="mb-3 flex items-center gap-1 font-semibold">
          {t("trait.bigFive")}
          <Source of={t("trait.bigFive")}>{t("trait.bigFiveSource")}</Source>
        </h3>
        <Bars values={BIG_FIVE.map((name) => [t(`trait.${name}`), persona.big_five[name]])} />
      </section>
      <section>
        <h3 className="mb-3 flex items-center gap-1 font-semibold">
          {t("trait.hofstede")}
          <Source of={t("trait.hofstede")}>{t("trait.hofstedeSource")}</Source>
        </h3>
        <Bars values={HOFSTEDE.map((name) => [t(`trait.${name}`), persona.hofstede[name]])} />
      </section>
    </div>
  );
}

function Bars({ values }: { values: [string, number][] }) {
  const { number } = useFormat();
  return (
    <dl className="flex flex-col gap-2.5">
      {values.map(([name, value]) => (
        <div key={name} className="grid grid-cols-[10rem_1fr_3rem] items-center gap-3">
          <dt className="text-sm">{name}</dt>
          <dd aria-hidden className="relative h-2 rounded-full bg-sunken">
            <span
              className="absolute inset-y-0 left-0 rounded-full bg-bar"
              style={{ width: `${value * 100}%` }}
            />
            <span className="absolute inset-y-[-3px] left-1/2 w-px bg-line-strong" />
          </dd>
          <dd className="tabular text-right text-sm">{number(value, 2)}</dd>
        </div>
      ))}
    </dl>
  );
}
