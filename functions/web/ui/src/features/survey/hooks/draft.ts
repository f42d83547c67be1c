import type { Schemas } from "@/api/client";
import type { Question } from "./surveys";

export const KINDS = [
  "single-choice",
  "multiple-choice",
  "rating-scale",
  "nps",
  "numeric",
  "matrix",
  "ranking",
  "open-text",
] as const;
export type Kind = (typeof KINDS)[number];

/** A question as it is being written: texts, because a half-written number is none. */
export type QuestionDraft = {
  id: string;
  kind: Kind;
  title: string;
  required: boolean;
  shuffle: boolean;
  /** One option, or row of a matrix, a line. */
  options: string;
  rows: string;
  min: string;
  max: string;
  lowLabel: string;
  highLabel: string;
  unit: string;
  most: string;
  construct: "" | Schemas["Construct"];
  showIf: string;
  showHow: "anyOf" | "atLeast" | "atMost";
  showWhat: string;
};

export const hasOptions = (kind: Kind) =>
  kind === "single-choice" || kind === "multiple-choice" || kind === "ranking";
export const hasScale = (kind: Kind) => kind === "rating-scale" || kind === "matrix";

export function newQuestion(taken: string[], kind: Kind = "single-choice"): QuestionDraft {
  let number = taken.length + 1;
  while (taken.includes(`q${number}`)) number += 1;
  return {
    id: `q${number}`,
    kind,
    title: "",
    required: true,
    shuffle: true,
    options: "",
    rows: "",
    min: kind === "numeric" ? "" : "1",
    max: kind === "numeric" ? "" : "5",
    lowLabel: "",
    highLabel: "",
    unit: "",
    most: "",
    construct: "",
    showIf: "",
    showHow: "anyOf",
    showWhat: "",
  };
}

const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
const figure = (text: string) => (text.trim() === "" ? null : Number(text));

/** What is sent: only what belongs to the kind of question. */
export function asQuestion(draft: QuestionDraft): Question {
  const { id, kind, title, required } = draft;
  const question: Question = { id, type: kind, title, required };
  if (hasOptions(kind)) {
    question.options = lines(draft.options);
    question.randomizeOptions = draft.shuffle;
  }
  if (kind === "multiple-choice" || kind === "ranking") question.maxChoices = figure(draft.most);
  if (kind === "matrix") {
    question.rows = lines(draft.rows);
    question.randomizeOptions = draft.shuffle;
  }
  if (hasScale(kind)) {
    question.scaleMin = figure(draft.min);
    question.scaleMax = figure(draft.max);
    const labels = [draft.lowLabel.trim(), draft.highLabel.trim()];
    if (labels.every((label) => label !== "")) question.scaleLabels = labels;
  }
  if (kind === "rating-scale" && draft.construct) question.construct = draft.construct;
  if (kind === "numeric") {
    question.min = figure(draft.min);
    question.max = figure(draft.max);
    question.unit = draft.unit.trim() || null;
  }
  if (draft.showIf) question.showIf = condition(draft);
  return question;
}

function condition({ showIf, showHow, showWhat }: QuestionDraft): Schemas["Condition"] {
  if (showHow === "anyOf")
    return { question: showIf, anyOf: lines(showWhat.replaceAll("|", "\n")) };
  return { question: showIf, [showHow]: figure(showWhat) };
}
