import { useNavigate } from "@tanstack/react-router";
import { ListPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import type { Project } from "@/features/project/hooks/projects";
import type { SubjectRef } from "../hooks/stream";
import { NewTask } from "./task-form";

/** Makes a task, about something where it stands beside that. Editors have it. */
export function MakeTask({
  project,
  subject,
  look,
}: {
  project: Project;
  subject?: SubjectRef;
  /** The screen's own way to go on, where it is that. */
  look?: "primary";
}) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  if (!may(project.role, "editor")) return null;
  const show = () =>
    void navigate({ to: "/projects/$projectId/tasks", params: { projectId: project.id } });
  return (
    <>
      <Button small={!look} look={look} onClick={() => setOpen(true)}>
        <ListPlus aria-hidden className="size-4" />
        {t("task.new")}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t("task.new")}>
        <NewTask
          projectId={project.id}
          subject={subject}
          onCancel={() => setOpen(false)}
          onMade={({ title }) => {
            setOpen(false);
            toast(t("task.made", { title }), subject && { label: t("task.toAll"), run: show });
          }}
        />
      </Dialog>
    </>
  );
}
