import type { Question } from "./surveys";

/** What somebody has entered so far, by question: options, or numbers as texts. */
export type Entered = Record<string, string[]>;

/** Whether a question is asked of who has answered so, as the server decides it. */
export function isAsked({ showIf }: Question, entered: Entered): boolean {
  if (!showIf) return true;
  const answers = entered[showIf.question] ?? [];
  const { anyOf, atLeast, atMost } = showIf;
  if (anyOf && anyOf.length > 0) return answers.some((answer) => anyOf.includes(answer));
  const [first] = answers;
  if (first === undefined || first === "") return false;
  const figure = Number(first);
  return (atLeast == null || figure >= atLeast) && (atMost == null || figure <= atMost);
}

/** A text with each `{{id}}` replaced by the answer to that question, or by three dots where there is none. */
export const piped = (text: string, entered: Entered): string =>
  text.replace(/\{\{(.*?)\}\}/g, (_, id: string) => {
    const answers = (entered[id.trim()] ?? []).filter((answer) => answer !== "");
    return answers.length > 0 ? answers.join(", ") : "…";
  });

/** An answer with one option more or less; of several, never more than may be chosen. */
export function toggled(chosen: string[], option: string, most: number | null | undefined) {
  if (chosen.includes(option)) return chosen.filter((other) => other !== option);
  return most != null && chosen.length >= most ? chosen : [...chosen, option];
}
