import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { may } from "@/app/access";
import { useDraft } from "@/app/draft";
import { Button } from "@/components/ui/button";
import { fieldError, Input } from "@/components/ui/field";
import { FileInput } from "@/components/ui/file-input";
import { Scroll } from "@/components/ui/scroll";
import { Empty, Failure, Loading } from "@/components/ui/states";
import type { Project } from "@/features/project/hooks/projects";
import { pValue, useFormat } from "@/i18n/format";
import { humanQuery, type Survey, useUploadAnswers } from "../hooks/surveys";
import { HumanStructure } from "./human-structure";
import { HumanVerdict } from "./human-verdict";

/** People's own answers beside the simulation's: whether they may stand for one another. */
export function Human({ survey, project }: { survey: Survey; project: Project }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(humanQuery(survey.id));
  return (
    <div className="flex flex-col gap-5">
      {may(project.role, "editor") && <Upload key={survey.id} survey={survey} />}
      {error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading lines={4} />
      ) : data === null ? (
        <Empty title={t("human.none")}>{t("human.noneHint")}</Empty>
      ) : (
        <Comparison compared={data} />
      )}
    </div>
  );
}

const NO_NAME = { name: "" };

function Upload({ survey }: { survey: Survey }) {
  const { t } = useTranslation();
  const [{ name }, set, , , sent] = useDraft(`human.${survey.id}`, NO_NAME);
  const [file, setFile] = useState<File | null>(null);
  const upload = useUploadAnswers(survey.id);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!file) return;
    upload.mutate({ name: name || file.name, csv: await file.text() }, { onSuccess: sent });
  };
  return (
    <form onSubmit={submit} className="card flex flex-col gap-3 px-5 py-4">
      <h2 className="font-semibold">{t("human.upload")}</h2>
      <p className="text-quiet text-sm">{t("human.format")}</p>
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-56 flex-1">
          <FileInput
            label={t("human.file")}
            accept=".csv,text/csv"
            required
            error={fieldError(upload.error, "csv")}
            onFile={setFile}
          />
        </div>
        <div className="min-w-44 flex-1">
          <Input
            label={t("human.name")}
            maxLength={255}
            placeholder={file?.name}
            value={name}
            error={fieldError(upload.error, "name")}
            onChange={(event) => set({ name: event.target.value })}
          />
        </div>
        <Button type="submit" busy={upload.isPending} disabled={!file}>
          {t("human.uploadDo")}
        </Button>
      </div>
      <Failure failure={upload.error} />
    </form>
  );
}

/** The verdict with everything that it rests on: each question, and whether answers hang together. */
export function Comparison({ compared }: { compared: Schemas["Compared"] }) {
  const { t } = useTranslation();
  const { number, percent } = useFormat();
  return (
    <section className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <h2 className="font-semibold text-lg">{compared.answers.name}</h2>
        <HumanVerdict verdict={compared.verdict} needed={compared.people_needed} />
        <span className="tabular text-quiet text-sm">
          {t("human.sides", {
            people: number(compared.people),
            simulated: number(compared.simulated),
          })}
        </span>
      </div>
      <Scroll label={compared.answers.name}>
        <table className="w-full min-w-160 text-sm">
          <thead>
            <tr className="border-line border-b text-left text-quiet">
              <th className="px-4 py-2 font-medium">{t("human.question")}</th>
              <th className="px-4 py-2 text-right font-medium">{t("human.tv")}</th>
              <th className="px-4 py-2 text-right font-medium">{t("fidelity.p95")}</th>
              <th className="px-4 py-2 text-right font-medium">{t("fidelity.p")}</th>
              <th className="px-4 py-2 text-right font-medium">{t("human.deviations")}</th>
              <th className="px-4 py-2 font-medium">{t("fidelity.verdictTitle")}</th>
            </tr>
          </thead>
          <tbody>
            {compared.questions.map((question) => (
              <tr key={question.question_id} className="border-line border-t">
                <th scope="row" className="px-4 py-1.5 text-left font-normal">
                  {question.question_title}
                </th>
                <td className="tabular px-4 py-1.5 text-right">
                  <WithInterval of={question.total_variation} shown={percent} />
                </td>
                <td className="tabular px-4 py-1.5 text-right">
                  {percent(question.noise_floor.p95)}
                </td>
                <td className="tabular px-4 py-1.5 text-right">
                  {pValue(question.adjusted_p_value, number)}
                </td>
                <td className="tabular px-4 py-1.5 text-right">
                  {question.deviation_ratio ? (
                    <WithInterval of={question.deviation_ratio} shown={(x) => number(x, 2)} />
                  ) : (
                    "–"
                  )}
                </td>
                <td className="px-4 py-1.5">
                  <HumanVerdict verdict={question.verdict} needed={question.people_needed} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className="text-quiet text-sm">
        {t("human.deviations")}: {t("human.deviationsHint")}
      </p>
      <HumanStructure compared={compared} />
    </section>
  );
}

function WithInterval({
  of,
  shown,
}: {
  of: Schemas["Interval"];
  shown: (value: number) => string;
}) {
  const { t } = useTranslation();
  const [low = 0, high = 0] = of.interval;
  return (
    <>
      {shown(of.value)}{" "}
      <span className="text-quiet">
        {t("state.interval", { low: shown(low), high: shown(high) })}
      </span>
    </>
  );
}
