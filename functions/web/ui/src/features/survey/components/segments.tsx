import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Select } from "@/components/ui/field";
import { Failure, Loading } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import { type Survey, segmentsQuery } from "../hooks/surveys";
import { SegmentTests } from "./segment-tests";
import { Statistics } from "./statistics";

const ATTRIBUTES = ["age", "sex", "education", "income", "place"] as const;

/** The answers of groups beside each other, with a test corrected over the whole table. */
export function Segments({ survey }: { survey: Survey }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { by = "age" } = useSearch({ from: "/shell/projects/$projectId/surveys/$surveyId" });
  const navigate = useNavigate({ from: "/projects/$projectId/surveys/$surveyId" });
  const { data, error, refetch } = useQuery(segmentsQuery(survey.id, by));
  const choices = survey.questions.filter(({ type }) =>
    ["single-choice", "rating-scale", "nps"].includes(type),
  );
  return (
    <div className="flex flex-col gap-5">
      <div className="max-w-sm">
        <Select
          label={t("segment.by")}
          value={by}
          onChange={(event) =>
            void navigate({ search: { view: "segments", by: event.target.value } })
          }
        >
          {ATTRIBUTES.map((attribute) => (
            <option key={attribute} value={attribute}>
              {t(`segment.${attribute}`)}
            </option>
          ))}
          {choices.map((question) => (
            <option key={question.id} value={`answer:${question.id}`}>
              {t("segment.answer", { question: question.title })}
            </option>
          ))}
        </Select>
      </div>
      {error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading lines={6} />
      ) : (
        <ol className="flex flex-col gap-4">
          {data.questions.map((cell, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the survey's own order
            <li key={index} className="card flex flex-col gap-3 px-5 py-4">
              <div className="flex flex-wrap items-center gap-3">
                <h2 className="font-semibold">
                  {index + 1}. {cell.groups[0]?.question_title}
                </h2>
                <SegmentTests cell={cell} />
              </div>
              <div className="grid gap-x-6 gap-y-4 lg:grid-cols-2">
                {cell.groups.map((group, at) => (
                  <section key={data.segments[at]?.key} className="flex flex-col gap-2">
                    <h3 className="font-medium text-sm">
                      {data.segments[at]?.label ?? data.segments[at]?.key}{" "}
                      <span className="tabular font-normal text-quiet">
                        n = {number(group.responses_count)}
                      </span>
                    </h3>
                    <Statistics of={group} />
                  </section>
                ))}
              </div>
            </li>
          ))}
        </ol>
      )}
      <p className="text-quiet text-sm">
        {t("segment.corrected")} {data?.drawn ? t("segment.drawn", { count: data.drawn }) : null}
      </p>
    </div>
  );
}
