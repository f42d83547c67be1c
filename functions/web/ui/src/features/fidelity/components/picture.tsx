import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty, Failure, Loading } from "@/components/ui/states";
import { fidelityQuery, populationsQuery } from "../hooks/fidelity";
import { Histogram } from "./histogram";
import { Legend } from "./legend";
import { PopulationSelect } from "./population-select";
import { RegionMap } from "./region-map";
import { Twins } from "./twins";

/** What has an order; education has the most columns and stands in a row of its own. */
const ORDERED = ["age_group", "income_bracket", "education"];

type Person = { id: string; full_name: string; population_id: string; population_index: number };

/** A population at a glance: who they are, where they live, and who of them is too much alike. */
export function PopulationPicture({
  projectId,
  population,
  people,
  onChoose,
  onOpen,
}: {
  projectId: string;
  population: string | undefined;
  people: Person[];
  onChoose: (population: string) => void;
  onOpen: (persona: string) => void;
}) {
  const { t } = useTranslation();
  const { data: report, error, refetch } = useQuery(fidelityQuery(projectId, population));
  const populations = useQuery(populationsQuery(projectId));
  const shown = population ?? populations.data?.[0]?.id;
  const attribute = (name: string) => report?.attributes.find((one) => one.attribute === name);
  const region = attribute("region");
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
  if (report === undefined) return <Loading lines={8} />;
  if (report === null) {
    return <Empty title={t("fidelity.none")}>{t("fidelity.noneHint")}</Empty>;
  }
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <p className="max-w-prose text-quiet">
          {t("population.hint", { count: report.people })}{" "}
          <Link
            to="/projects/$projectId/fidelity"
            params={{ projectId }}
            search={{ population }}
            className="text-accent underline"
          >
            {t("population.report")}
          </Link>
        </p>
        <PopulationSelect projectId={projectId} chosen={population} onChoose={onChoose} />
      </div>
      <Legend />
      <div className="grid gap-4 lg:grid-cols-2">
        {ORDERED.map((name) => {
          const fit = attribute(name);
          return fit && <Histogram key={name} fit={fit} />;
        })}
      </div>
      {region && <RegionMap fit={region} />}
      <Twins
        projectId={projectId}
        report={report}
        loaded={people.filter((person) => person.population_id === shown)}
        onOpen={onOpen}
      />
    </div>
  );
}
