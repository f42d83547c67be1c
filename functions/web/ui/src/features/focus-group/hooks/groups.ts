import { queryOptions, useMutation } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, orNone, type Schemas, taken } from "@/api/client";

export type FocusGroup = Schemas["FocusGroupDetails"];
export type Turn = Schemas["TurnView"];
export type Summary = Schemas["FocusGroupSummary"];

const of = (id: string) => ({ params: { path: { focus_group_id: id } } });

export const groupsQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "focus-groups"],
    queryFn: () =>
      taken(
        api.GET("/api/v1/projects/{project_id}/focus-groups", {
          params: { path: { project_id: projectId } },
        }),
      ),
  });

export const groupQuery = (id: string) =>
  queryOptions({
    queryKey: ["focus-group", id],
    queryFn: () => taken(api.GET("/api/v1/focus-groups/{focus_group_id}", of(id))),
  });

export const transcriptQuery = (id: string) =>
  queryOptions({
    queryKey: ["focus-group", id, "transcript"],
    queryFn: () => taken(api.GET("/api/v1/focus-groups/{focus_group_id}/transcript", of(id))),
  });

export const realismQuery = (id: string) =>
  queryOptions({
    queryKey: ["focus-group", id, "realism"],
    queryFn: () => orNone(taken(api.GET("/api/v1/focus-groups/{focus_group_id}/realism", of(id)))),
  });

export const summaryQuery = (id: string) =>
  queryOptions({
    queryKey: ["focus-group", id, "summary"],
    queryFn: () =>
      orNone(taken(api.GET("/api/v1/focus-groups/{focus_group_id}/ai-summary", of(id)))),
  });

export const graphQuery = (id: string) =>
  queryOptions({
    queryKey: ["focus-group", id, "graph"],
    queryFn: () => taken(api.GET("/api/v1/graph/{focus_group_id}", of(id))),
  });

export const estimateQuery = (id: string) =>
  queryOptions({
    queryKey: ["focus-group", id, "estimate"],
    queryFn: () => taken(api.POST("/api/v1/focus-groups/{focus_group_id}/estimate", of(id))),
  });

export const useCreateGroup = (projectId: string) =>
  useChange([["project", projectId, "focus-groups"]], (body: Schemas["WriteFocusGroup"]) =>
    taken(
      api.POST("/api/v1/projects/{project_id}/focus-groups", {
        params: { path: { project_id: projectId } },
        body,
      }),
    ),
  );

/** Replaces a group that has never run. */
export const useReplaceGroup = (id: string, projectId: string) =>
  useChange(
    [
      ["focus-group", id],
      ["project", projectId, "focus-groups"],
    ],
    (body: Schemas["WriteFocusGroup"]) =>
      taken(api.PUT("/api/v1/focus-groups/{focus_group_id}", { ...of(id), body })),
  );

export const useRunGroup = (id: string) =>
  useChange([["focus-group", id]], () =>
    taken(api.POST("/api/v1/focus-groups/{focus_group_id}/run", { ...of(id), body: {} })),
  );

export const useDeleteGroup = (id: string, projectId: string) =>
  useChange([["project", projectId, "focus-groups"]], () =>
    taken(api.DELETE("/api/v1/focus-groups/{focus_group_id}", of(id))),
  );

/** A summary that is ready in time, or the run that is writing it. */
export const useSummarise = (id: string) =>
  useChange([["focus-group", id, "summary"]], async () => {
    const answer: Summary | Schemas["Underway"] = await taken(
      api.POST("/api/v1/focus-groups/{focus_group_id}/ai-summary", of(id)),
    );
    return "run_id" in answer ? answer.run_id : null;
  });

export const useBuildGraph = (id: string) =>
  useChange([["focus-group", id, "graph"]], () =>
    taken(api.POST("/api/v1/graph/build/{focus_group_id}", of(id))),
  );

export const useAskGraph = (id: string) =>
  useMutation({
    mutationFn: (question: string) =>
      taken(api.POST("/api/v1/graph/{focus_group_id}/ask", { ...of(id), body: { question } })),
  });
