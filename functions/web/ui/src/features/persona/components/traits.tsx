import { useTranslation } from "react-i18next";
import { Bars } from "@/components/ui/bars";
import { Source } from "@/components/ui/source";
import type { PersonaDetails } from "../hooks/personas";

export const BIG_FIVE = [
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
