import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, type Schemas, taken } from "@/api/client";
import { usageQuery } from "@/features/usage/hooks/usage";

export type Needs = Schemas["PersonaNeeds"];
export type Journey = Schemas["PersonaJourney"];
export type Messages = Schemas["Messages"];

const of = (persona_id: string) => ({ params: { path: { persona_id } } });

export const needsQuery = (personaId: string) =>
  queryOptions({
    queryKey: ["persona", personaId, "needs"],
    queryFn: () => taken(api.GET("/api/v1/personas/{persona_id}/needs", of(personaId))),
  });

/** Whether a query is for somebody's needs. */
export const isNeeds = ({ queryKey: [noun, , what] }: { queryKey: readonly unknown[] }) =>
  noun === "persona" && what === "needs";

/** Whose needs are drafted: those of the person's segment, or of every segment that has people. */
export type Scope = "segment" | "project";

/** Starts the run that drafts needs anew. The key makes two clicks one run. */
export const useDraftNeeds = (projectId: string, personaId: string) =>
  useMutation({
    mutationFn: ({ key, scope }: { key: string; scope: Scope }) => {
      const header = { "idempotency-key": key };
      return taken(
        scope === "segment"
          ? api.POST("/api/v1/personas/{persona_id}/needs", {
              params: { path: { persona_id: personaId }, header },
            })
          : api.POST("/api/v1/projects/{project_id}/needs", {
              params: { path: { project_id: projectId }, header },
            }),
      );
    },
  });

export const journeyQuery = (personaId: string) =>
  queryOptions({
    queryKey: ["persona", personaId, "journey"],
    queryFn: () => taken(api.GET("/api/v1/personas/{persona_id}/journey", of(personaId))),
  });

export const useWriteJourney = (projectId: string, personaId: string) =>
  useChange([journeyQuery(personaId).queryKey, usageQuery(projectId).queryKey], () =>
    taken(api.POST("/api/v1/personas/{persona_id}/journey", of(personaId))),
  );

const messagesKey = (personaId: string) => ["persona", personaId, "messages"];

/** The messages that were written last in this tab: the server keeps none. */
export const useMessages = (personaId: string) =>
  useQuery<Messages | null>({
    queryKey: messagesKey(personaId),
    queryFn: () => null,
    initialData: null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });

export function useWriteMessages(projectId: string, personaId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["WriteMessages"]) =>
      taken(
        api.POST("/api/v1/personas/{persona_id}/actions/messaging", { ...of(personaId), body }),
      ),
    onSuccess: (messages) => {
      client.setQueryData(messagesKey(personaId), messages);
      void client.invalidateQueries({ queryKey: usageQuery(projectId).queryKey });
    },
  });
}
