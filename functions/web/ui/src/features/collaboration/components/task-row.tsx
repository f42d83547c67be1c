import { Link } from "@tanstack/react-router";
import { Circle, CircleCheck, Pencil } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import { useSession } from "@/app/session";
import { ConfirmDelete } from "@/components/confirm-delete";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Badge, Failure } from "@/components/ui/states";
import { toast, toastFailure } from "@/components/ui/toast";
import type { Project } from "@/features/project/hooks/projects";
import { useFormat } from "@/i18n/format";
import { placeOf } from "../hooks/places";
import { isOverdue, type Task, useChangeTask, useDeleteTask } from "../hooks/tasks";
import { Avatar, useNameOf } from "./avatar";
import { EditTask } from "./task-form";

type Props = { project: Project; task: Task };

/** A task: what, whose, until when, about what, and whether it is done. */
export function TaskRow({ project, task }: Props) {
  const { t } = useTranslation();
  const isEditor = may(project.role, "editor");
  const title = useId();
  const save = useChangeTask(project.id, task.id);
  // as it was just set, until the list says so as well: a box that is ticked does not jump back
  const [wanted, setWanted] = useState<Task["state"] | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a task that has changed says itself how it stands
  useEffect(() => setWanted(null), [task.updated_at]);
  // a promise: the row may be gone by then
  const undo = (state: Task["state"]) => () => void save.mutateAsync({ state }).catch(toastFailure);
  const set = (state: Task["state"]) => {
    setWanted(state);
    save.mutate(
      { state },
      {
        onSuccess: () =>
          toast(t(state === "done" ? "task.isDone" : "task.isOpen", { title: task.title }), {
            label: t("action.undo"),
            run: undo(task.state),
          }),
        onError: () => setWanted(null),
      },
    );
  };
  return (
    <li className="flex items-start gap-3 px-5 py-3.5">
      {isEditor ? (
        <input
          type="checkbox"
          aria-labelledby={title}
          checked={(wanted ?? task.state) === "done"}
          disabled={save.isPending}
          onChange={(event) => set(event.target.checked ? "done" : "open")}
          className="mt-1 size-4 shrink-0 accent-accent"
        />
      ) : (
        <State state={task.state} />
      )}
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <h2 id={title} className="break-words font-medium">
          {task.title}
        </h2>
        {task.text && <p className="whitespace-pre-line break-words text-quiet">{task.text}</p>}
        <About task={task} />
        <Failure failure={save.error} />
      </div>
      {isEditor && <Actions project={project} task={task} />}
    </li>
  );
}

function State({ state }: { state: Task["state"] }) {
  const { t } = useTranslation();
  const Icon = state === "done" ? CircleCheck : Circle;
  return (
    <span className="mt-1">
      <Icon aria-hidden className="size-4 text-quiet" />
      <span className="sr-only">{t(`task.state.${state}`)}</span>
    </span>
  );
}

function About({ task }: { task: Task }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const nameOf = useNameOf();
  return (
    <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-quiet text-sm">
      {task.assignee ? (
        <span className="inline-flex items-center gap-1.5">
          <Avatar name={task.assignee.name} className="!size-5 !text-[10px]" />
          {nameOf(task.assignee)}
        </span>
      ) : (
        <span>{t("task.nobody")}</span>
      )}
      {task.due_on &&
        (isOverdue(task) ? (
          <Badge tone="bad">{t("task.overdueSince", { date: date(task.due_on) })}</Badge>
        ) : (
          <span>{t("task.until", { date: date(task.due_on) })}</span>
        ))}
      {task.subject && (
        <Link {...placeOf(task.project_id, task.subject)} className="text-accent underline">
          {t(`subject.to.${task.subject.kind}`)}
        </Link>
      )}
      <span>{t("task.by", { name: nameOf(task.created_by), date: date(task.created_at) })}</span>
      {task.done_at && task.done_by && (
        <span>{t("task.doneBy", { name: nameOf(task.done_by), date: date(task.done_at) })}</span>
      )}
    </p>
  );
}

function Actions({ project, task }: Props) {
  const { t } = useTranslation();
  const self = useSession()?.user.id;
  const [isEditing, setEditing] = useState(false);
  const remove = useDeleteTask(project.id, task.id);
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button
        small
        look="quiet"
        aria-label={t("task.editThis", { title: task.title })}
        onClick={() => setEditing(true)}
      >
        <Pencil aria-hidden className="size-4" />
      </Button>
      {(task.created_by.id === self || may(project.role, "admin")) && (
        <ConfirmDelete
          title={t("task.delete")}
          question={t("task.deleteAsk", { title: task.title })}
          removal={remove}
        />
      )}
      <Dialog open={isEditing} onClose={() => setEditing(false)} title={t("task.edit")}>
        <EditTask task={task} close={() => setEditing(false)} />
      </Dialog>
    </div>
  );
}
