import { queryOptions } from "@tanstack/react-query";
import { useChange } from "@/api/change";
import { api, orNone, type Schemas, taken } from "@/api/client";

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
    queryFn: () => orNone(taken(api.GET("/api/v1/surveys/{survey_id}/human-answers", of(id)))),
  });

export const useCreateSurvey = (projectId: string) =>
  useChange([["project", projectId, "surveys"]], (body: Schemas["CreateSurvey"]) =>
    taken(
      api.POST("/api/v1/projects/{project_id}/surveys", {
        params: { path: { project_id: projectId } },
        body,
      }),
    ),
  );

export const useRunSurvey = (id: string) =>
  useChange([["survey", id]], (enlarge: boolean) =>
    taken(api.POST("/api/v1/surveys/{survey_id}/run", { ...of(id), body: { enlarge } })),
  );

export const useDeleteSurvey = (id: string, projectId: string) =>
  useChange([["project", projectId, "surveys"]], () =>
    taken(api.DELETE("/api/v1/surveys/{survey_id}", of(id))),
  );

export const useUploadAnswers = (id: string) =>
  useChange([["survey", id, "human"]], (body: Schemas["UploadAnswers"]) =>
    taken(api.POST("/api/v1/surveys/{survey_id}/human-answers", { ...of(id), body })),
  );
