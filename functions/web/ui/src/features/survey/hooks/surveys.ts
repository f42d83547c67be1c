import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, authorizedFetch, type Schemas, taken } from "@/api/client";
import { ProblemError, problemOf } from "@/api/problem";

export type Survey = Schemas["SurveyView"];
export type Question = Schemas["SurveyQuestion"];
export type Analytics = Schemas["QuestionAnalytics"];

const of = (survey_id: string) => ({ params: { path: { survey_id } } });

export const surveysQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["project", projectId, "surveys"],
    queryFn: () =>
      taken(
        api.GET("/api/v1/projects/{project_id}/surveys", {
          params: { path: { project_id: projectId } },
        }),
      ),
  });

export const surveyQuery = (id: string) =>
  queryOptions({
    queryKey: ["survey", id],
    queryFn: () => taken(api.GET("/api/v1/surveys/{survey_id}", of(id))),
  });

export const resultsQuery = (id: string) =>
  queryOptions({
    queryKey: ["survey", id, "results"],
    queryFn: () => taken(api.GET("/api/v1/surveys/{survey_id}/results", of(id))),
  });

export const segmentsQuery = (survey_id: string, by: string) =>
  queryOptions({
    queryKey: ["survey", survey_id, "segments", by],
    queryFn: () =>
      taken(
        api.GET("/api/v1/surveys/{survey_id}/segments", {
          params: { path: { survey_id }, query: { by } },
        }),
      ),
  });

export const surveyEstimateQuery = (survey_id: string, enlarge: boolean) =>
  queryOptions({
    queryKey: ["survey", survey_id, "estimate", enlarge],
    queryFn: () =>
      taken(
        api.POST("/api/v1/surveys/{survey_id}/estimate", {
          params: { path: { survey_id }, query: { enlarge } },
        }),
      ),
  });

/** The simulation beside people, or null while nobody's answers are there. */
export const humanQuery = (id: string) =>
  queryOptions({
    queryKey: ["survey", id, "human"],
    queryFn: async () => {
      try {
        return await taken(api.GET("/api/v1/surveys/{survey_id}/human-answers", of(id)));
      } catch (failure) {
        if (failure instanceof ProblemError && failure.status === 404) return null;
        throw failure;
      }
    },
  });

function useAfter<Input, Output>(
  keys: readonly (readonly string[])[],
  mutationFn: (input: Input) => Promise<Output>,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => {
      for (const queryKey of keys) void client.invalidateQueries({ queryKey });
    },
  });
}

export const useCreateSurvey = (projectId: string) =>
  useAfter([["project", projectId, "surveys"]], (body: Schemas["CreateSurvey"]) =>
    taken(
      api.POST("/api/v1/projects/{project_id}/surveys", {
        params: { path: { project_id: projectId } },
        body,
      }),
    ),
  );

export const useRunSurvey = (id: string) =>
  useAfter([["survey", id]], (enlarge: boolean) =>
    taken(api.POST("/api/v1/surveys/{survey_id}/run", { ...of(id), body: { enlarge } })),
  );

export const useDeleteSurvey = (id: string, projectId: string) =>
  useAfter([["project", projectId, "surveys"]], () =>
    taken(api.DELETE("/api/v1/surveys/{survey_id}", of(id))),
  );

export const useUploadAnswers = (id: string) =>
  useAfter([["survey", id, "human"]], (body: Schemas["UploadAnswers"]) =>
    taken(api.POST("/api/v1/surveys/{survey_id}/human-answers", { ...of(id), body })),
  );

/** Saves a file that takes a token: a link could not carry it. */
export async function download(path: string, name: string): Promise<void> {
  const response = await authorizedFetch(new Request(path));
  if (!response.ok) throw problemOf(response, await response.json().catch(() => null));
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
