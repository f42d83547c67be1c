import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Select } from "@/components/ui/field";
import { Failure } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import { populationsQuery } from "../hooks/fidelity";

/** Which of a project's populations is looked at; nothing where there is no choice. */
export function PopulationSelect({
  projectId,
  chosen,
  onChoose,
}: {
  projectId: string;
  chosen: string | undefined;
  onChoose: (population: string) => void;
}) {
  const { t } = useTranslation();
  const { moment, number } = useFormat();
  const { data, error, refetch } = useQuery(populationsQuery(projectId));
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
  if (!data || data.length < 2) return null;
  return (
    <div className="w-72">
      <Select
        label={t("fidelity.population")}
        value={chosen ?? data[0]?.id}
        onChange={(event) => onChoose(event.target.value)}
      >
        {data.map((population) => (
          <option key={population.id} value={population.id}>
            {moment(population.created_at)} ({number(population.people)},{" "}
            {t("fidelity.seed", { seed: population.seed })})
          </option>
        ))}
      </Select>
    </div>
  );
}
