import { infiniteQueryOptions } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, type Schemas, taken, takenWhole } from "@/api/client";

export type Task = Schemas["Task"];
export type TaskFilters = {
  /** An account's id, or `none`. */
  assignee?: string;
  state?: Task["state"];
  /** Due earlier than this day. */
  due_before?: string;
};

export const tasksKey = (projectId: string) => ["project", projectId, "tasks"] as const;

/** The tasks of a project that the filters leave, the newest first, page after page. */
export const tasksQuery = (projectId: string, filters: TaskFilters) =>
  infiniteQueryOptions({
    queryKey: [...tasksKey(projectId), filters],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const { data, response } = await takenWhole(
        api.GET("/api/v1/collaboration/projects/{project_id}/tasks", {
          params: { path: { project_id: projectId }, query: { ...filters, cursor: pageParam } },
        }),
      );
      return {
        tasks: data,
        total: Number(response.headers.get("x-total-count")),
        next: response.headers.get("x-next-cursor") ?? undefined,
      };
    },
    getNextPageParam: (page) => page.next,
  });

/** Makes a task. The key makes two clicks one task. */
export const useCreateTask = (projectId: string) =>
  useChange([tasksKey(projectId)], ({ key, ...body }: Schemas["CreateTask"] & { key: string }) =>
    taken(
      api.POST("/api/v1/collaboration/projects/{project_id}/tasks", {
        params: { path: { project_id: projectId }, header: { "idempotency-key": key } },
        body,
      }),
    ),
  );

export const useChangeTask = (projectId: string, task_id: string) =>
  useChange([tasksKey(projectId)], (body: Schemas["UpdateTask"]) =>
    taken(
      api.PATCH("/api/v1/collaboration/tasks/{task_id}", { params: { path: { task_id } }, body }),
    ),
  );

export const useDeleteTask = (projectId: string, task_id: string) =>
  useChange([tasksKey(projectId)], (_: undefined) =>
    taken(api.DELETE("/api/v1/collaboration/tasks/{task_id}", { params: { path: { task_id } } })),
  );

/** Today as the reader's calendar has it: days that are due have no time. */
export function today(now = new Date()): string {
  const two = (part: number) => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

export const isOverdue = ({ state, due_on }: Pick<Task, "state" | "due_on">, day = today()) =>
  state === "open" && due_on != null && due_on < day;
