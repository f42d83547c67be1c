import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useTitle } from "@/app/title";
import { buttonClass } from "@/components/ui/button";
import { Badge, Empty, Failure, Loading } from "@/components/ui/states";
import { MyInvitations } from "@/features/member/components/my-invitations";
import { useFormat } from "@/i18n/format";
import { type Project, projectsQuery } from "./hooks/projects";

export function Projects() {
  const { t } = useTranslation();
  useTitle(t("nav.projects"));
  const { data, error, refetch } = useQuery(projectsQuery);
  const create = (
    <Link to="/projects/new" className={buttonClass("primary")}>
      <Plus aria-hidden className="size-4" />
      {t("project.create")}
    </Link>
  );
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-5 px-5 py-8">
      <MyInvitations />
      <div className="flex items-center justify-between gap-4">
        <h1 className="font-semibold text-2xl">{t("nav.projects")}</h1>
        {data && data.projects.length > 0 && create}
      </div>
      {error ? (
        <Failure failure={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading lines={4} />
      ) : data.projects.length === 0 ? (
        <Empty title={t("project.none")} action={create}>
          {t("project.noneHint")}
        </Empty>
      ) : (
        <ul className="grid gap-4 sm:grid-cols-2">
          {data.projects.map((project) => (
            <ProjectCard key={project.id} project={project} />
          ))}
        </ul>
      )}
    </div>
  );
}

function ProjectCard({ project }: { project: Project }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  return (
    <li className="card relative flex flex-col gap-2 p-5 transition-shadow hover:shadow-md">
      <h2 className="font-semibold text-lg leading-snug">
        <Link
          to="/projects/$projectId"
          params={{ projectId: project.id }}
          className="after:absolute after:inset-0 after:rounded-card"
        >
          {project.name}
        </Link>
      </h2>
      <p className="line-clamp-2 flex-1 text-quiet">
        {project.description || project.target_audience || t("project.noDescription")}
      </p>
      <p className="flex flex-wrap items-center gap-2 text-quiet text-sm">
        <Badge>{t(`role.${project.role}`)}</Badge>
        <Badge>{project.language.toUpperCase()}</Badge>
        <span>{t("project.createdAt", { date: date(project.created_at) })}</span>
      </p>
    </li>
  );
}
