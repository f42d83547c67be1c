import { useTranslation } from "react-i18next";
import { Badge } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import type { Report } from "../hooks/fidelity";

type Person = { id: string; full_name: string; population_index: number };

/**
 * The pairs of people whose stories are most alike. The report names them by place; the place is the person's number
 * only where nobody is missing, so that a link never leads to somebody else.
 */
export function Twins({
  report,
  people,
  onOpen,
}: {
  report: Report;
  people: Person[];
  onOpen: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { closest, threshold, exact, people: concerned } = report.near_duplicates;
  const isWhole = report.people === report.requested;
  const at = (place: number) =>
    isWhole ? people.find((person) => person.population_index === place) : undefined;
  const named = (place: number) => {
    const person = at(place);
    return person ? (
      <button
        type="button"
        onClick={() => onOpen(person.id)}
        className="rounded text-accent hover:underline"
      >
        {person.full_name}
      </button>
    ) : (
      t("population.number", { number: place + 1 })
    );
  };
  return (
    <section>
      <h2 className="mb-1 font-semibold text-lg">{t("figure.twins")}</h2>
      <p className="mb-2 max-w-prose text-quiet">
        {t(exact ? "figure.twinsRule" : "figure.twinsAtLeast", { threshold: number(threshold, 2) })}{" "}
        {t("population.twins", { count: concerned })}
      </p>
      {closest.length === 0 ? (
        <p>{t("population.noTwins")}</p>
      ) : (
        <ol aria-label={t("figure.twins")} className="card divide-y divide-line text-sm">
          {closest.map(({ first, second, jaccard }) => (
            <li key={`${first} ${second}`} className="flex flex-wrap gap-3 px-4 py-1.5">
              <span className="min-w-0 flex-1">
                {named(first)} · {named(second)}
              </span>
              {jaccard >= threshold && <Badge tone="warn">{t("population.isTwin")}</Badge>}
              <span className="tabular text-quiet">{number(jaccard, 3)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
