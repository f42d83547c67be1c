import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { api, type Schemas, taken, takenWhole } from "@/api/client";

export type Project = Schemas["ProjectView"];

export const projectsQuery = queryOptions({
  queryKey: ["projects"],
  queryFn: async () => {
    const { data, response } = await takenWhole(
      api.GET("/api/v1/projects", { params: { query: { limit: 1_000 } } }),
    );
    return { projects: data, total: Number(response.headers.get("x-total-count")) };
  },
});

export const projectQuery = (id: string) =>
  queryOptions({
    queryKey: ["project", id],
    queryFn: () =>
      taken(api.GET("/api/v1/projects/{project_id}", { params: { path: { project_id: id } } })),
  });

/** The project of the address, with the caller's role in it. */
export function useProject() {
  const { projectId } = useParams({ strict: false });
  if (!projectId) throw new Error("this screen belongs to no project");
  return { projectId, ...useQuery(projectQuery(projectId)) };
}

export function useCreateProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["CreateProject"]) => taken(api.POST("/api/v1/projects", { body })),
    onSuccess: (project) => {
      client.setQueryData(projectQuery(project.id).queryKey, project);
      void client.invalidateQueries({ queryKey: projectsQuery.queryKey });
    },
  });
}

export function useUpdateProject(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["UpdateProject"]) =>
      taken(
        api.PUT("/api/v1/projects/{project_id}", { params: { path: { project_id: id } }, body }),
      ),
    onSuccess: (project) => {
      client.setQueryData(projectQuery(id).queryKey, project);
      void client.invalidateQueries({ queryKey: projectsQuery.queryKey });
    },
  });
}

export function useDeleteProject(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      taken(api.DELETE("/api/v1/projects/{project_id}", { params: { path: { project_id: id } } })),
    onSuccess: () => {
      client.removeQueries({ queryKey: ["project", id] });
      void client.invalidateQueries({ queryKey: projectsQuery.queryKey });
    },
  });
}
