import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, type Schemas, taken } from "@/api/client";

const of = (projectId: string) => ({ params: { path: { project_id: projectId } } });

export const budgetQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "budget"],
    queryFn: () => taken(api.GET("/api/v1/projects/{project_id}/budget", of(projectId))),
  });

export const usageQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "usage"],
    queryFn: () => taken(api.GET("/api/v1/projects/{project_id}/usage", of(projectId))),
  });

export function useSetBudget(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["SetBudget"]) =>
      taken(api.PUT("/api/v1/projects/{project_id}/budget", { ...of(projectId), body })),
    onSuccess: (budget) => client.setQueryData(budgetQuery(projectId).queryKey, budget),
  });
}
