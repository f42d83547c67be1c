import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { may } from "@/app/access";
import type { TaskSearch } from "@/app/router";
import { useSession } from "@/app/session";
import { useTitle } from "@/app/title";
import { hasPages, More } from "@/components/more";
import { Checkbox, Select } from "@/components/ui/field";
import { Empty, Failure, Loading } from "@/components/ui/states";
import { membersQuery } from "@/features/member/hooks/members";
import { type Project, useProject } from "@/features/project/hooks/projects";
import { MakeTask } from "./components/make-task";
import { TaskRow } from "./components/task-row";
import { type TaskFilters, tasksQuery, today } from "./hooks/tasks";

const STATES = ["open", "done", "all"] as const;

export function Tasks() {
  const { t } = useTranslation();
  const { data: project } = useProject();
  useTitle(t("nav.tasks"), project?.name);
  return project && <Content project={project} />;
}

/** What of the address the API filters by. Only what is open can be late. */
export function filtersOf(search: TaskSearch, self: string | undefined, day: string): TaskFilters {
  const state = STATES.find((known) => known === search.state) ?? "open";
  return {
    assignee: search.assignee === "me" ? self : search.assignee,
    state: search.overdue ? "open" : state === "all" ? undefined : state,
    due_before: search.overdue ? day : undefined,
  };
}

function Content({ project }: { project: Project }) {
  const { t } = useTranslation();
  const self = useSession()?.user.id;
  const search = useSearch({ from: "/shell/projects/$projectId/tasks" });
  const list = useInfiniteQuery(tasksQuery(project.id, filtersOf(search, self, today())));
  const tasks = list.data?.pages.flatMap((page) => page.tasks);
  return (
    <div className="flex max-w-4xl flex-col gap-5">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <h1 className="font-semibold text-2xl">{t("nav.tasks")}</h1>
        <MakeTask project={project} look="primary" />
      </div>
      <Filters project={project} search={search} />
      {list.error ? (
        <Failure failure={list.error} retry={() => void list.refetch()} />
      ) : !tasks ? (
        <Loading />
      ) : tasks.length === 0 ? (
        <Empty title={t(isFiltered(search) ? "task.noneSuch" : "task.none")}>
          {t(may(project.role, "editor") ? "task.noneHint" : "task.noneViewer")}
        </Empty>
      ) : (
        <>
          <ul aria-label={t("nav.tasks")} className="card divide-y divide-line">
            {tasks.map((task) => (
              <TaskRow key={task.id} project={project} task={task} />
            ))}
          </ul>
          {hasPages(list) && (
            <More list={list} loaded={tasks.length} total={list.data?.pages[0]?.total ?? 0} />
          )}
        </>
      )}
    </div>
  );
}

const isFiltered = ({ assignee, state, overdue }: TaskSearch) =>
  Boolean(assignee || state || overdue);

function Filters({ project, search }: { project: Project; search: TaskSearch }) {
  const { t } = useTranslation();
  const self = useSession()?.user.id;
  const { data } = useQuery(membersQuery(project.id));
  const navigate = useNavigate({ from: "/projects/$projectId/tasks" });
  const set = (change: TaskSearch) =>
    void navigate({ replace: true, search: (was) => ({ ...was, ...change }) });
  return (
    <search className="flex flex-wrap items-end gap-x-4 gap-y-3">
      <div className="w-56">
        <Select
          label={t("task.whose")}
          value={search.assignee ?? ""}
          onChange={(event) => set({ assignee: event.target.value || undefined })}
        >
          <option value="">{t("task.anybody")}</option>
          <option value="me">{t("task.mine")}</option>
          <option value="none">{t("task.nobody")}</option>
          {data
            ?.filter(({ account_id }) => account_id !== self)
            .map(({ account_id, full_name }) => (
              <option key={account_id} value={account_id}>
                {full_name}
              </option>
            ))}
        </Select>
      </div>
      <div className="w-40">
        <Select
          label={t("task.which")}
          value={search.overdue ? "open" : (search.state ?? "open")}
          disabled={search.overdue}
          onChange={(event) =>
            set({ state: event.target.value === "open" ? undefined : event.target.value })
          }
        >
          {STATES.map((state) => (
            <option key={state} value={state}>
              {t(`task.states.${state}`)}
            </option>
          ))}
        </Select>
      </div>
      <div className="pb-1.5">
        <Checkbox
          label={t("task.onlyOverdue")}
          checked={search.overdue ?? false}
          onChange={(event) => set({ overdue: event.target.checked || undefined })}
        />
      </div>
    </search>
  );
}
