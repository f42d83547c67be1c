import { linkOptions } from "@tanstack/react-router";
import type { Schemas } from "@/api/client";

/** The way to a turn of a discussion, or to the question of a survey that something answers. */
export const wayTo = (projectId: string, place: Schemas["QuotePlace"]) =>
  place.kind === "focus_group"
    ? linkOptions({
        to: "/projects/$projectId/focus-groups/$groupId",
        params: { projectId, groupId: place.focus_group_id },
        search: { view: "transcript", turn: place.turn_id },
      })
    : linkOptions({
        to: "/projects/$projectId/surveys/$surveyId",
        params: { projectId, surveyId: place.survey_id },
        search: { view: "results", question: place.question_id ?? undefined },
      });
