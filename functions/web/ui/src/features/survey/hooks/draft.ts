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
  description: string;
  block: string;
  required: boolean;
  shuffle: boolean;
  /** One option, or row of a matrix, a line. */
  options: string;
  rows: string;
  min: string;
  max: string;
  lowLabel: string;
  highLabel: string;
  /** A label for every point of a scale, one a line; they stand in the place of the two ends'. */
  pointLabels: string;
  unit: string;
  most: string;
  construct: "" | Schemas["Construct"];
  elicitation: "" | Schemas["Elicitation"];
  /** One statement a line from the lowest point up; an empty line parts the sets. */
  anchors: string;
  /** One code a line: its label, a colon, its words with commas between. */
  codes: string;
  showIf: string;
  anyOf: string[];
  atLeast: string;
  atMost: string;
};

export const hasOptions = (kind: Kind) =>
  kind === "single-choice" || kind === "multiple-choice" || kind === "ranking";
export const hasScale = (kind: Kind) => kind === "rating-scale" || kind === "matrix";
/** Kinds whose ratings can be elicited in more than one way. */
export const isElicited = (kind: Kind) => hasScale(kind) || kind === "nps";
/** What a condition may rest on: options that were chosen, or a number that was given. */
export const answeredBy = (kind: Kind): "options" | "number" | null => {
  if (kind === "single-choice" || kind === "multiple-choice") return "options";
  return kind === "rating-scale" || kind === "nps" || kind === "numeric" ? "number" : null;
};

export function newQuestion(taken: string[], kind: Kind = "single-choice"): QuestionDraft {
  let number = taken.length + 1;
  while (taken.includes(`q${number}`)) number += 1;
  return {
    id: `q${number}`,
    kind,
    title: "",
    description: "",
    block: "",
    required: true,
    shuffle: true,
    options: "",
    rows: "",
    min: kind === "numeric" ? "" : "1",
    max: kind === "numeric" ? "" : "5",
    lowLabel: "",
    highLabel: "",
    pointLabels: "",
    unit: "",
    most: "",
    construct: "",
    elicitation: "",
    anchors: "",
    codes: "",
    showIf: "",
    anyOf: [],
    atLeast: "",
    atMost: "",
  };
}

/** A question that an older console kept lacks what could not be written then. */
export const completed = (kept: QuestionDraft): QuestionDraft => ({
  ...newQuestion([], kept.kind),
  ...kept,
});

export const lines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
const figure = (text: string) => (text.trim() === "" ? null : Number(text));

/** What is sent: only what belongs to the kind of question. */
export function asQuestion(draft: QuestionDraft): Question {
  const { id, kind, title, required } = draft;
  const question: Question = { id, type: kind, title, required };
  if (draft.description.trim()) question.description = draft.description.trim();
  if (draft.block.trim()) question.block = draft.block.trim();
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
  }
  if (isElicited(kind)) {
    const labels = labelsOf(draft);
    if (labels) question.scaleLabels = labels;
    if (draft.elicitation) question.elicitation = draft.elicitation;
  }
  if (kind === "rating-scale") {
    if (draft.construct) question.construct = draft.construct;
    const anchors = anchorsOf(draft.anchors);
    if (anchors.length > 0) question.anchors = anchors;
  }
  if (kind === "numeric") {
    question.min = figure(draft.min);
    question.max = figure(draft.max);
    question.unit = draft.unit.trim() || null;
  }
  if (kind === "open-text" && draft.codes.trim()) question.codes = codesOf(draft.codes);
  if (draft.showIf) question.showIf = condition(draft);
  return question;
}

function labelsOf({ pointLabels, lowLabel, highLabel }: QuestionDraft): string[] | null {
  const points = lines(pointLabels);
  if (points.length > 0) return points;
  const ends = [lowLabel.trim(), highLabel.trim()];
  return ends.every((label) => label !== "") ? ends : null;
}

const anchorsOf = (text: string): string[][] =>
  text
    .split(/\n\s*\n/)
    .map(lines)
    .filter((set) => set.length > 0);

/** A line without a colon has a label and no word: the server says so. */
const codesOf = (text: string): Schemas["Code"][] =>
  lines(text).map((line) => {
    const [label = "", ...rest] = line.split(":");
    const words = rest.join(":").split(",");
    return { label: label.trim(), words: words.map((word) => word.trim()).filter(Boolean) };
  });

function condition({ showIf, anyOf, atLeast, atMost }: QuestionDraft): Schemas["Condition"] {
  const condition: Schemas["Condition"] = { question: showIf };
  if (anyOf.length > 0) condition.anyOf = anyOf;
  const [least, most] = [figure(atLeast), figure(atMost)];
  if (least !== null) condition.atLeast = least;
  if (most !== null) condition.atMost = most;
  return condition;
}
