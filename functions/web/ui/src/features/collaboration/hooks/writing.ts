/** Comments of this tab that are on their way to the server. */
let underway = 0;
let held: (() => void)[] = [];

/**
 * Does something once no comment of this tab is on its way. A comment that is shown before it is sent must not come by
 * the socket before its answer has come: nobody would know that the two are one.
 */
export function afterWriting(run: () => void): void {
  if (underway === 0) run();
  else held.push(run);
}

export function beginWriting(): void {
  underway += 1;
}

export function endWriting(): void {
  underway -= 1;
  if (underway > 0) return;
  const runs = held;
  held = [];
  for (const run of runs) run();
}
