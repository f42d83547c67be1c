import { Link } from "@tanstack/react-router";
import { ListPlus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { Button, buttonClass } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import type { Project } from "@/features/project/hooks/projects";
import type { SubjectRef } from "../hooks/stream";
import type { Task } from "../hooks/tasks";
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
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<Task | null>(null);
  if (!may(project.role, "editor")) return null;
  const close = () => {
    setOpen(false);
    setMade(null);
  };
  const done = (task: Task) => {
    // where the task is not to be seen, the way to it is told
    if (subject) return setMade(task);
    close();
    toast(t("task.made", { title: task.title }));
  };
  return (
    <>
      <Button small={!look} look={look} onClick={() => setOpen(true)}>
        <ListPlus aria-hidden className="size-4" />
        {t("task.new")}
      </Button>
      <Dialog open={open} onClose={close} title={t("task.new")}>
        {made ? (
          <Made task={made} close={close} />
        ) : (
          <NewTask projectId={project.id} subject={subject} onCancel={close} onMade={done} />
        )}
      </Dialog>
    </>
  );
}

function Made({ task, close }: { task: Task; close: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-4">
      <p role="status">{t("task.made", { title: task.title })}</p>
      <div className="flex justify-end gap-2">
        <Link
          to="/projects/$projectId/tasks"
          params={{ projectId: task.project_id }}
          className={buttonClass()}
        >
          {t("task.toAll")}
        </Link>
        <Button look="primary" onClick={close}>
          {t("action.close")}
        </Button>
      </div>
    </div>
  );
}
