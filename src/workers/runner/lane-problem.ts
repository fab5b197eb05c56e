import type { LaneFacts } from './lane-facts.ts';

/** What a table still holds in one line. */
const LONGEST = 480;
const SHORTEST_SHARE = 48;

/**
 * A lane that cannot take its workspace, or whose line stands still or whose remote is behind, makes the whole degraded. All
 * of them are named: of several, each reason has its share of the line. Null where there is none.
 */
export function problemOfLanes(lanes: readonly LaneFacts[]): string | null {
  const problems = lanes.flatMap(({ workspace, doing, detail, behind, unattested }) => [
    ...(doing === 'blocked' || doing === 'paused'
      ? [{ what: `${workspace} is ${doing}`, why: detail ?? 'no reason is known' }]
      : []),
    ...(behind === null ? [] : [{ what: `the remote of ${workspace} is behind`, why: behind }]),
    ...(unattested === null ? [] : [{ what: `landings on ${workspace} have no evidence`, why: unattested }]),
  ]);
  const [first] = problems;
  if (first === undefined) return null;
  if (problems.length === 1) return `${first.what}: ${first.why}`;
  const share = Math.max(SHORTEST_SHARE, Math.floor(LONGEST / problems.length));
  return problems.map(({ what, why }) => `${what}: ${shortened(why, share - what.length)}`).join('; ');
}

function shortened(text: string, length: number): string {
  const most = Math.max(SHORTEST_SHARE, length);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
