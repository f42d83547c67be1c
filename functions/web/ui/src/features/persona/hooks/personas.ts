import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, type Schemas, taken, takenWhole } from "@/api/client";

export type Persona = Schemas["PersonaView"];
export type PersonaDetails = Schemas["Details"];

/** People a page: a page of 1,000 is some megabytes, and nobody reads further at once. */
const PAGE = 250;

/** The people of a project, page after page in the order in which they became visible. */
export const personasQuery = (projectId: string) =>
  infiniteQueryOptions({
    queryKey: ["project", projectId, "personas"],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const { data, response } = await takenWhole(
        api.GET("/api/v1/projects/{project_id}/personas", {
          params: { path: { project_id: projectId }, query: { cursor: pageParam, limit: PAGE } },
        }),
      );
      return {
        personas: data,
        total: Number(response.headers.get("x-total-count")),
        next: response.headers.get("x-next-cursor") ?? undefined,
      };
    },
    getNextPageParam: (page) => page.next,
  });

export const summaryQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "personas-summary"],
    queryFn: () =>
      taken(
        api.GET("/api/v1/projects/{project_id}/personas/summary", {
          params: { path: { project_id: projectId } },
        }),
      ),
  });

/** Each reading is a view on record, so it is read again only when somebody opens the drawer again. */
export const detailsQuery = (personaId: string) =>
  queryOptions({
    queryKey: ["persona", personaId, "details"],
    queryFn: () =>
      taken(
        api.GET("/api/v1/personas/{persona_id}/details", {
          params: { path: { persona_id: personaId } },
        }),
      ),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });

export const reasoningQuery = (personaId: string) =>
  queryOptions({
    queryKey: ["persona", personaId, "reasoning"],
    queryFn: () =>
      taken(
        api.GET("/api/v1/personas/{persona_id}/reasoning", {
          params: { path: { persona_id: personaId } },
        }),
      ),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });

/** Starts drawing and writing people. The key makes two clicks one run. */
export function useGenerate(projectId: string) {
  return useMutation({
    mutationFn: ({ key, ...body }: Schemas["DrawPopulation"] & { key: string }) =>
      taken(
        api.POST("/api/v1/projects/{project_id}/populations", {
          params: { path: { project_id: projectId }, header: { "idempotency-key": key } },
          body,
        }),
      ),
  });
}

export function useDeletePersona(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: Schemas["DeletePersona"] & { id: string }) =>
      taken(
        api.DELETE("/api/v1/personas/{persona_id}", { params: { path: { persona_id: id } }, body }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["project", projectId] }),
  });
}

export function useUndoDelete(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      taken(
        api.POST("/api/v1/personas/{persona_id}/undo-delete", {
          params: { path: { persona_id: id } },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["project", projectId] }),
  });
}
