import type { QueryClient } from "@tanstack/react-query";
import type { Schemas } from "@/api/client";
import { groupsQuery, transcriptQuery } from "@/features/focus-group/hooks/groups";
import { resultsQuery, surveysQuery } from "@/features/survey/hooks/surveys";

/** Where words were said: a turn of a discussion, or an open question of a survey. */
export type Place =
  | { kind: "turn"; groupId: string; turnId: string }
  | { kind: "answer"; surveyId: string; questionId: string };

/** What was read stays read for so long: transcripts are costly to ask for, and quotes come several at a time. */
const KEPT_MS = 300_000;

/**
 * Finds where a quote was said. The API gives its words, which are a part of a stored answer letter by letter, and
 * not its place: so the discussions that the person is in are read first, then the others, then what the surveys
 * show of open answers. Null where it is in none of them.
 */
export async function placeOf(
  client: QueryClient,
  project: string,
  personaId: string,
  quote: string,
): Promise<Place | null> {
  const groups = await client.fetchQuery({ ...groupsQuery(project), staleTime: KEPT_MS });
  for (const group of withPersonFirst(groups, personaId)) {
    const { turns } = await client.fetchQuery({
      ...transcriptQuery(group.id),
      staleTime: KEPT_MS,
    });
    const turn = turnOf(turns, quote);
    if (turn) return { kind: "turn", groupId: group.id, turnId: turn.id };
  }
  const surveys = await client.fetchQuery({ ...surveysQuery(project), staleTime: KEPT_MS });
  for (const survey of surveys) {
    const open = survey.questions.some((question) => question.type === "open-text");
    if (!open || survey.actual_responses === 0) continue;
    const results = await client.fetchQuery({ ...resultsQuery(survey.id), staleTime: KEPT_MS });
    const questionId = questionOf(results.question_analytics, quote);
    if (questionId) return { kind: "answer", surveyId: survey.id, questionId };
  }
  return null;
}

type Group = Pick<Schemas["FocusGroupView"], "id" | "persona_ids" | "run_id">;

/** The discussions that were held, those with the person before the others. */
export function withPersonFirst<T extends Group>(groups: T[], personaId: string): T[] {
  const held = groups.filter((group) => group.run_id);
  const has = (group: T) => group.persona_ids.includes(personaId);
  return [...held.filter(has), ...held.filter((group) => !has(group))];
}

type Turn = Pick<Schemas["TurnView"], "id" | "text" | "persona_id">;

/** The turn of a participant that has these words. */
export const turnOf = <T extends Turn>(turns: T[], quote: string): T | undefined =>
  turns.find((turn) => turn.persona_id && turn.text?.includes(quote));

type Open = { question_id: string; question_type: string; statistics: unknown };

/** The open question among whose answers, as the results show them, these words stand. */
export function questionOf(questions: Open[], quote: string): string | null {
  const found = questions.find(({ question_type, statistics }) => {
    if (question_type !== "open-text") return false;
    const { sample_responses } = statistics as Partial<Schemas["OpenStatistics"]>;
    return sample_responses?.some((answer) => answer.includes(quote));
  });
  return found?.question_id ?? null;
}
