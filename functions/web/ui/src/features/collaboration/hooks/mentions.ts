import type { PersonRef } from "./comments";

/** What a mention looks like in a text. */
export const mentionOf = ({ name }: Pick<PersonRef, "name">) => `@${name}`;

/** Those who are still named in a text: whoever was picked and then deleted is not mentioned. */
export const stillNamed = (text: string, mentions: PersonRef[]): PersonRef[] =>
  mentions.filter(
    (one, at) =>
      one.name !== "" &&
      text.includes(mentionOf(one)) &&
      mentions.findIndex(({ id }) => id === one.id) === at,
  );

export type TextPart = { text: string; isMention: boolean };

/** A text cut at its mentions: the longest name that fits is the one that is meant. */
export function textParts(text: string, mentions: Pick<PersonRef, "name">[]): TextPart[] {
  const marks = mentions
    .filter(({ name }) => name !== "")
    .map(mentionOf)
    .sort((a, b) => b.length - a.length);
  const parts: TextPart[] = [];
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const mark = marks.find((known) => text.startsWith(known, at));
    if (mark) {
      if (plain) parts.push({ text: plain, isMention: false });
      parts.push({ text: mark, isMention: true });
      plain = "";
      at += mark.length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  return plain ? [...parts, { text: plain, isMention: false }] : parts;
}

/** Whether an `@` that was just typed before this place begins a mention, and no address. */
export const beginsMention = (text: string, caret: number) =>
  text[caret - 1] === "@" && (caret === 1 || /[\s(]/.test(text[caret - 2] ?? ""));

/** Members by part of their name or address, whatever the letters' case and marks. */
export function found<T extends { full_name: string; email: string }>(
  members: T[],
  words: string,
): T[] {
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  return members.filter(({ full_name, email }) => {
    const about = plain(`${full_name} ${email}`);
    return wanted.every((word) => about.includes(word));
  });
}

const plain = (text: string) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase().replaceAll("ł", "l");
