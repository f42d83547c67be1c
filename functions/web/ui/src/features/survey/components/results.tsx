import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import clsx from "clsx";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Failure, Loading, Note } from "@/components/ui/states";
import { useFormat } from "@/i18n/format";
import { resultsQuery, type Survey } from "../hooks/surveys";
import { Statistics } from "./statistics";

/** What was answered, question by question, and what the figures cannot tell. */
export function Results({ survey }: { survey: Survey }) {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { data, error, refetch } = useQuery(resultsQuery(survey.id));
  const { question: wanted } = useSearch({
    from: "/shell/projects/$projectId/surveys/$surveyId",
  });
  const isThere = data !== undefined;
  useEffect(() => {
    if (!wanted || !isThere) return;
    const question = document.getElementById(`question-${wanted}`);
    question?.scrollIntoView({ block: "start" });
    question?.focus();
  }, [wanted, isThere]);
  if (error) return <Failure failure={error} retry={() => void refetch()} />;
  if (!data) return <Loading lines={8} />;
  const { completion } = data;
  return (
    <div className="flex flex-col gap-5">
      {data.models.some((model) => model.is_simulated) && (
        <Note tone="warn">{t("survey.simulated")}</Note>
      )}
      <p className="tabular text-quiet">
        {t("survey.completion", {
          invited: number(completion.invited),
          responded: number(completion.responded),
          complete: number(completion.complete),
        })}
        {data.weighting &&
          ` ${t("survey.weighted", {
            by: data.weighting.attributes.map((name) => t(`segment.${name}`)).join(", "),
            n: number(data.weighting.effective_n, 1),
          })}`}
      </p>
      <ol className="flex flex-col gap-4">
        {data.question_analytics.map((question, index) => (
          <li
            key={question.question_id}
            id={`question-${question.question_id}`}
            tabIndex={-1}
            className={clsx(
              "card flex flex-col gap-3 px-5 py-4",
              question.question_id === wanted && "ring-2 ring-accent",
            )}
          >
            <h2 className="font-semibold">
              {index + 1}. {question.question_title}{" "}
              <span className="tabular font-normal text-quiet text-sm">
                n = {number(question.responses_count)}
              </span>
            </h2>
            <Statistics of={question} />
          </li>
        ))}
      </ol>
      <p className="text-quiet text-sm">{t("survey.intervals")}</p>
      <Note>
        <ul className="list-disc pl-5">
          {data.limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
      </Note>
      <details className="text-quiet text-sm">
        <summary>{t("survey.manifest")}</summary>
        <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
          <dt>{t("realism.seed")}</dt>
          <dd className="tabular">{data.manifest.seed}</dd>
          <dt>{t("realism.models")}</dt>
          <dd>{data.models.map((model) => model.model).join(", ")}</dd>
          <dt>{t("survey.answersHash")}</dt>
          <dd className="break-all">{data.manifest.answers_sha256}</dd>
        </dl>
      </details>
    </div>
  );
}
