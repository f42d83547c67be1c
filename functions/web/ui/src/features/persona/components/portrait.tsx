import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Badge, Note } from "@/components/ui/states";
import type { PersonaDetails } from "../hooks/personas";

/** Who somebody is, in labels from the card. */
export function Facts({ persona }: { persona: PersonaDetails }) {
  const { t } = useTranslation();
  return (
    <section className="flex flex-col gap-4">
      <p className="text-lg leading-snug">{persona.headline}</p>
      <dl className="grid grid-cols-2 gap-x-5 gap-y-3 sm:grid-cols-3">
        <Fact label={t("person.age")}>{persona.age}</Fact>
        <Fact label={t("person.gender")}>{persona.gender}</Fact>
        <Fact label={t("person.location")}>{persona.location}</Fact>
        <Fact label={t("person.education")}>{persona.education_level}</Fact>
        <Fact label={t("person.income")}>{persona.income_bracket}</Fact>
        <Fact label={t("person.segment")}>{persona.segment_name}</Fact>
      </dl>
    </section>
  );
}

/** The words that a model wrote about the card, and which one. */
export function Story({ persona }: { persona: PersonaDetails }) {
  const { t } = useTranslation();
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">{t("person.story")}</h3>
      <div className="max-w-prose whitespace-pre-line">{persona.background_story}</div>
      <p className="text-quiet text-sm">
        {t("person.writtenBy", { model: persona.written_by, prompt: persona.prompt_version })}
      </p>
      {persona.is_simulated && <Note tone="warn">{t("person.simulated")}</Note>}
    </section>
  );
}

/** What somebody holds dear and how they go about things. */
export function Character({ persona }: { persona: PersonaDetails }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-5">
      <Words label={t("person.values")} words={persona.values} />
      <Words label={t("person.interests")} words={persona.interests} />
      <section className="grid gap-4 sm:grid-cols-2">
        <div>
          <h3 className="mb-1 font-semibold">{t("person.talks")}</h3>
          <p>{persona.communication_style}</p>
        </div>
        <div>
          <h3 className="mb-1 font-semibold">{t("person.decides")}</h3>
          <p>{persona.decision_making_style}</p>
        </div>
      </section>
      {persona.typical_concerns.length > 0 && (
        <section>
          <h3 className="mb-1 font-semibold">{t("person.concerns")}</h3>
          <ul className="list-disc pl-5">
            {persona.typical_concerns.map((concern) => (
              <li key={concern}>{concern}</li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-quiet text-sm">{label}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}

export function Words({ label, words }: { label: string; words: string[] }) {
  return (
    <section>
      <h3 className="mb-1.5 font-semibold">{label}</h3>
      <ul className="flex flex-wrap gap-1.5">
        {words.map((word) => (
          <li key={word}>
            <Badge>{word}</Badge>
          </li>
        ))}
      </ul>
    </section>
  );
}
