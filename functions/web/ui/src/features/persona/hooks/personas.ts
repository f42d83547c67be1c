import { infiniteQueryOptions, queryOptions, useMutation } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, type Schemas, taken, takenWhole } from "@/api/client";
import type { PeopleFilter } from "./facets";

export type Persona = Schemas["PersonaView"];
export type PersonaDetails = Schemas["Details"];

const of = (persona_id: string) => ({ params: { path: { persona_id } } });

/** People a page: a page of 1,000 is some megabytes, and nobody reads further at once. */
const PAGE = 250;

/** The people of a project, page after page in the order in which they became visible. */
export const personasQuery = (projectId: string, filter: PeopleFilter = {}) =>
  infiniteQueryOptions({
    queryKey: ["project", projectId, "personas", filter],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) => {
      const { data, response } = await takenWhole(
        api.GET("/api/v1/projects/{project_id}/personas", {
          params: {
            path: { project_id: projectId },
            query: { ...filter, cursor: pageParam, limit: PAGE },
          },
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

/** How many people there are by a filter, without reading them. */
export const countQuery = (projectId: string, filter: PeopleFilter) =>
  queryOptions({
    queryKey: ["project", projectId, "personas", "count", filter],
    queryFn: async () => {
      const { response } = await takenWhole(
        api.GET("/api/v1/projects/{project_id}/personas", {
          params: { path: { project_id: projectId }, query: { ...filter, limit: 1 } },
        }),
      );
      return Number(response.headers.get("x-total-count"));
    },
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
    queryFn: () => taken(api.GET("/api/v1/personas/{persona_id}/details", of(personaId))),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });

export const reasoningQuery = (personaId: string) =>
  queryOptions({
    queryKey: ["persona", personaId, "reasoning"],
    queryFn: () => taken(api.GET("/api/v1/personas/{persona_id}/reasoning", of(personaId))),
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

export const useDeletePersona = (projectId: string) =>
  useChange(
    [["project", projectId]],
    ({ id, ...body }: Schemas["DeletePersona"] & { id: string }) =>
      taken(api.DELETE("/api/v1/personas/{persona_id}", { ...of(id), body })),
  );

export const useUndoDelete = (projectId: string) =>
  useChange([["project", projectId]], (id: string) =>
    taken(api.POST("/api/v1/personas/{persona_id}/undo-delete", of(id))),
  );

export const useChangeStatus = (projectId: string, id: string) =>
  useChange(
    [
      ["project", projectId, "personas"],
      ["persona", id, "details"],
    ],
    (body: Schemas["ChangeStatus"]) =>
      taken(api.POST("/api/v1/personas/{persona_id}/status", { ...of(id), body })),
  );

/** People beside each other. Each reading is on record, so it is not repeated by looking away and back. */
export const comparisonQuery = ([first = "", ...others]: string[]) =>
  queryOptions({
    queryKey: ["comparison", first, ...others],
    queryFn: () =>
      taken(
        api.POST("/api/v1/personas/{persona_id}/actions/compare", {
          ...of(first),
          body: { persona_ids: others },
        }),
      ),
    staleTime: 300_000,
    refetchOnWindowFocus: false,
  });

export const sharesQuery = (id: string) =>
  queryOptions({
    queryKey: ["persona", id, "shares"],
    queryFn: () => taken(api.GET("/api/v1/personas/{persona_id}/shares", of(id))),
  });

export const useCreateShare = (id: string) =>
  useChange([sharesQuery(id).queryKey], (others: string[]) =>
    taken(
      api.POST("/api/v1/personas/{persona_id}/shares", {
        ...of(id),
        body: { persona_ids: others },
      }),
    ),
  );

export const useRevokeShare = (id: string) =>
  useChange([sharesQuery(id).queryKey], (share_id: string) =>
    taken(
      api.DELETE("/api/v1/personas/{persona_id}/shares/{share_id}", {
        params: { path: { persona_id: id, share_id } },
      }),
    ),
  );
