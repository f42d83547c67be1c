/** A part of a text, and whether it claims what no source says. */
export type Part = { text: string; isClaim: boolean };

/** Cuts a text where the sentences stand that claim something; a sentence that is not in it cuts nothing. */
export function parts(text: string, claims: string[]): Part[] {
  const found = claims
    .map((claim) => claim.trim())
    .filter((claim) => claim !== "")
    .map((claim) => ({ start: text.indexOf(claim), length: claim.length }))
    .filter(({ start }) => start >= 0)
    .sort((a, b) => a.start - b.start);
  const cut: Part[] = [];
  let at = 0;
  for (const { start, length } of found) {
    const end = start + length;
    if (end <= at) continue;
    const from = Math.max(start, at);
    if (from > at) cut.push({ text: text.slice(at, from), isClaim: false });
    cut.push({ text: text.slice(from, end), isClaim: true });
    at = end;
  }
  if (at < text.length) cut.push({ text: text.slice(at), isClaim: false });
  return cut;
}
