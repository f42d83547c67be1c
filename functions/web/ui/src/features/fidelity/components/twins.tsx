import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Badge, Note } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import type { Report } from "../hooks/fidelity";

type Person = { id: string; full_name: string; population_index: number };
type Pair = Report["near_duplicates"]["closest"][number];

/**
 * Who stands in a pair, and with which number. A report from before it said so has places alone; a place is the
 * person's number only where nobody is missing, so that a link never leads to somebody else.
 */
function whoIn(report: Report, loaded: Person[]) {
  const isWhole = report.people === report.requested;
  return ({ first, second, numbers }: Pair) =>
    (numbers ?? [first, second]).map((number) => {
      const people = numbers ? report.near_duplicate_people : isWhole ? loaded : [];
      return { number, person: people.find((one) => one.population_index === number) };
    });
}

/** The pairs of people whose stories are most alike, of the whole population. */
export function Twins({
  projectId,
  report,
  loaded,
  onOpen,
}: {
  projectId: string;
  report: Report;
  /** Those of the population who are loaded, for reports that name nobody. */
  loaded: Person[];
  onOpen: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { closest, threshold, exact, pairs, people: concerned } = report.near_duplicates;
  const who = whoIn(report, loaded);
  const above = closest.filter(({ jaccard }) => jaccard >= threshold).length;
  return (
    <section>
      <h2 className="mb-1 font-semibold text-lg">{t("figure.twins")}</h2>
      <p className="mb-2 max-w-prose text-quiet">
        {t(exact ? "figure.twinsRule" : "figure.twinsAtLeast", { threshold: number(threshold, 2) })}{" "}
        {pairs > above &&
          `${t("population.pairsShown", { shown: number(above), total: number(pairs) })} `}
        {t("population.twins", { count: concerned })}
      </p>
      {closest.some(({ numbers }) => numbers == null) && (
        <Note>{t("population.oldReport", { count: loaded.length })}</Note>
      )}
      {closest.length === 0 ? (
        <p>{t("population.noTwins")}</p>
      ) : (
        <ol aria-label={t("figure.twins")} className="card divide-y divide-line text-sm">
          {closest.map((pair) => {
            const both = who(pair);
            return (
              <li
                key={`${pair.first} ${pair.second}`}
                className="flex flex-wrap items-center gap-3 px-4 py-1.5"
              >
                <span className="flex min-w-0 flex-1 flex-wrap gap-x-3">
                  {both.map(({ number, person }) => (
                    <Name key={number} number={number} person={person} onOpen={onOpen} />
                  ))}
                </span>
                {pair.jaccard >= threshold && <Badge tone="warn">{t("population.isTwin")}</Badge>}
                <Compare projectId={projectId} people={both.map(({ person }) => person)} />
                <span className="tabular text-quiet">{number(pair.jaccard, 3)}</span>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}

function Name({
  number,
  person,
  onOpen,
}: {
  number: number;
  person: Person | undefined;
  onOpen: (id: string) => void;
}) {
  const { t } = useTranslation();
  if (!person) return t("population.number", { number: number + 1 });
  return (
    <button
      type="button"
      onClick={() => onOpen(person.id)}
      className="rounded text-accent hover:underline"
    >
      {person.full_name}
    </button>
  );
}

/** The way to see a pair side by side, where both are known. */
function Compare({ projectId, people }: { projectId: string; people: (Person | undefined)[] }) {
  const { t } = useTranslation();
  const there = people.filter((person) => person !== undefined);
  if (there.length < people.length) return null;
  return (
    <Link
      to="/projects/$projectId/people/compare"
      params={{ projectId }}
      search={{ chosen: there.map(({ id }) => id) }}
      aria-label={t("population.compareThese", {
        names: there.map(({ full_name }) => full_name).join(", "),
      })}
      className="text-accent underline"
    >
      {t("compare.do")}
    </Link>
  );
}
