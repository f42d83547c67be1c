import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { buttonClass } from "@/components/ui/button";
import type { Project } from "../hooks/projects";

/** The way to the first people, for whoever may have them generated. */
export function ToGenerate({ project }: { project: Project }) {
  const { t } = useTranslation();
  if (!may(project.role, "editor")) return null;
  return (
    <Link
      to="/projects/$projectId"
      params={{ projectId: project.id }}
      className={buttonClass("primary")}
    >
      {t("people.noneDo")}
    </Link>
  );
}
