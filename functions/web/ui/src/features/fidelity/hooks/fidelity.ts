import { queryOptions } from "@tanstack/react-query";
import { api, orNone, type Schemas, taken } from "@/api/client";

export type Report = Schemas["FidelityView"];
export type AttributeFit = Schemas["AttributeFit"];

/** The report on a population; without one that on the population that was written last. */
export const fidelityQuery = (projectId: string, populationId?: string) =>
  queryOptions({
    queryKey: ["project", projectId, "fidelity", populationId ?? "latest"],
    queryFn: () =>
      orNone(
        populationId
          ? taken(
              api.GET("/api/v1/projects/{project_id}/populations/{population_id}/fidelity", {
                params: { path: { project_id: projectId, population_id: populationId } },
              }),
            )
          : taken(
              api.GET("/api/v1/projects/{project_id}/fidelity", {
                params: { path: { project_id: projectId } },
              }),
            ),
      ),
  });

export const populationsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "populations"],
    queryFn: () =>
      taken(
        api.GET("/api/v1/projects/{project_id}/populations", {
          params: { path: { project_id: projectId } },
        }),
      ),
  });
