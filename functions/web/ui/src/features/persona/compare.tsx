import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useTitle } from "@/app/title";
import { buttonClass } from "@/components/ui/button";
import { Empty, Failure, Loading } from "@/components/ui/states";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { Likeness } from "./components/likeness";
import { Share } from "./components/share";
import { SideBySide } from "./components/side-by-side";
import { comparisonQuery } from "./hooks/personas";

/** Up to three people beside each other. The address holds the choice, so it can be sent. */
export function ComparePeople() {
  const { t } = useTranslation();
  const { data: project } = useProject();
  useTitle(t("compare.title"), project?.name);
  return project && <Content project={project} />;
}

function Content({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { chosen } = useSearch({ from: "/shell/projects/$projectId/people/compare" });
  const enough = chosen.length > 1;
  const { data, error, refetch } = useQuery({ ...comparisonQuery(chosen), enabled: enough });
  const [first, ...others] = data?.personas ?? [];
  const back = (
    <Link
      to="/projects/$projectId/people"
      params={{ projectId: project.id }}
      search={{ chosen: enough ? chosen : undefined }}
      className={buttonClass(enough ? "quiet" : "primary", enough)}
    >
      <ArrowLeft aria-hidden className="size-4" />
      {t("compare.back")}
    </Link>
  );
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="font-semibold text-2xl">{t("compare.title")}</h1>
        {enough && <span className="ml-auto">{back}</span>}
        {first && <Share people={[first, ...others]} role={project.role} />}
      </div>
      {!enough ? (
        <Empty title={t("compare.none")} action={back}>
          {t("compare.noneHint")}
        </Empty>
      ) : error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : data ? (
        <>
          <Likeness comparison={data} />
          <SideBySide comparison={data} />
        </>
      ) : (
        <Loading lines={10} />
      )}
    </div>
  );
}
