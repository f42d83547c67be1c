import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useTitle } from "@/app/title";
import { Scroll } from "@/components/ui/scroll";
import { Empty, Failure, Loading, Note } from "@/components/ui/states";
import { ToGenerate } from "@/features/project/components/to-generate";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { pValue, useFormat } from "@/i18n/format";
import { Attribute } from "./components/attribute";
import { Figures } from "./components/figures";
import { Legend } from "./components/legend";
import { PopulationSelect } from "./components/population-select";
import { FitBadge, ProvenanceBadge, VerdictBadge } from "./components/verdict";
import { fidelityQuery, type Report } from "./hooks/fidelity";

export function Fidelity() {
  const { t } = useTranslation();
  const { data: project } = useProject();
  useTitle(t("nav.fidelity"), project?.name);
  return project && <Content project={project} />;
}

function Content({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { population } = useSearch({ from: "/shell/projects/$projectId/fidelity" });
  const navigate = useNavigate({ from: "/projects/$projectId/fidelity" });
  const { data, error, refetch } = useQuery(fidelityQuery(project.id, population));
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-end justify-between gap-4">
        <h1 className="font-semibold text-2xl">{t("nav.fidelity")}</h1>
        <PopulationSelect
          projectId={project.id}
          chosen={population}
          onChoose={(chosen) => void navigate({ search: { population: chosen } })}
        />
      </div>
      {error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <Loading lines={8} />
      ) : data === null ? (
        <Empty title={t("fidelity.none")} action={<ToGenerate project={project} />}>
          {t("fidelity.noneHint")}
        </Empty>
      ) : (
        <Whole report={data} />
      )}
    </div>
  );
}

function Whole({ report }: { report: Report }) {
  const { t } = useTranslation();
  return (
    <>
      <section className="card flex flex-col gap-2 px-5 py-4">
        <div className="flex items-center gap-3">
          <h2 className="font-semibold">{t("fidelity.whole")}</h2>
          <VerdictBadge verdict={report.verdict} />
        </div>
        <p>{t(`fidelity.verdictHint.${report.verdict}`, { needed: report.people_needed })}</p>
        {report.people < report.requested && (
          <p className="text-quiet">
            {t("fidelity.fewer", { people: report.people, requested: report.requested })}
          </p>
        )}
      </section>
      <Legend />
      <div className="gap-4 xl:columns-2">
        {report.attributes.map((attribute) => (
          <Attribute key={attribute.attribute} fit={attribute} />
        ))}
      </div>
      <Pairs report={report} />
      <Figures report={report} />
      <section>
        <h2 className="mb-2 font-semibold text-lg">{t("fidelity.limits")}</h2>
        <Note>
          <ul className="flex list-disc flex-col gap-1 pl-5">
            {report.limits.map((limit) => (
              <li key={limit}>{t(`fidelity.limit.${limit}`)}</li>
            ))}
          </ul>
        </Note>
      </section>
    </>
  );
}

function Pairs({ report }: { report: Report }) {
  const { t } = useTranslation();
  const { percent, number } = useFormat();
  if (report.pairs.length === 0) return null;
  return (
    <section>
      <h2 className="mb-2 font-semibold text-lg">{t("fidelity.pairs")}</h2>
      <Scroll label={t("fidelity.pairs")}>
        <table className="w-full min-w-150 text-sm">
          <thead>
            <tr className="border-line border-b text-left text-quiet">
              <th className="px-4 py-2 font-medium">{t("fidelity.pair")}</th>
              <th className="px-4 py-2 font-medium">{t("fidelity.basis")}</th>
              <th className="px-4 py-2 text-right font-medium">{t("fidelity.tv")}</th>
              <th className="px-4 py-2 text-right font-medium">{t("fidelity.p95")}</th>
              <th className="px-4 py-2 text-right font-medium">{t("fidelity.p")}</th>
              <th className="px-4 py-2 font-medium">{t("fidelity.verdictTitle")}</th>
            </tr>
          </thead>
          <tbody>
            {report.pairs.map((pair) => (
              <tr key={pair.attributes.join()} className="border-line border-t">
                <th scope="row" className="px-4 py-1.5 text-left font-normal">
                  {pair.display.join(" × ")}
                </th>
                <td className="px-4 py-1.5">
                  {pair.provenance && <ProvenanceBadge provenance={pair.provenance} />}
                </td>
                <td className="tabular px-4 py-1.5 text-right">
                  {percent(pair.fit.total_variation)}
                </td>
                <td className="tabular px-4 py-1.5 text-right">
                  {percent(pair.fit.noise_floor.p95)}
                </td>
                <td className="tabular px-4 py-1.5 text-right">
                  {pair.fit.adjusted_p_value == null
                    ? "–"
                    : pValue(pair.fit.adjusted_p_value, number)}
                </td>
                <td className="px-4 py-1.5">
                  <FitBadge verdict={pair.fit.verdict} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
