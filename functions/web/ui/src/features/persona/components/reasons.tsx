import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Failure, Loading } from "@/components/ui/states";
import { reasoningQuery } from "../hooks/personas";

/** Why this person is as they are: the rule behind the draw, and what of the documents stands behind it. */
export function Reasons({ personaId }: { personaId: string }) {
  const { t } = useTranslation();
  const { data, error } = useQuery(reasoningQuery(personaId));
  return (
    <section className="rounded-card bg-sunken px-4 py-3">
      <h3 className="mb-1 font-semibold">{t("person.why")}</h3>
      {error ? (
        <Failure failure={error} />
      ) : !data ? (
        <Loading lines={2} />
      ) : (
        <div className="flex flex-col gap-2 text-sm">
          <p>{data.allocation_reasoning}</p>
          {data.segment_social_context && <p>{data.segment_social_context}</p>}
          {data.orchestration_brief && (
            <details>
              <summary className="text-quiet">{t("person.asked")}</summary>
              <p className="mt-1">{data.orchestration_brief}</p>
            </details>
          )}
          {data.overall_context && <p>{data.overall_context}</p>}
        </div>
      )}
    </section>
  );
}
