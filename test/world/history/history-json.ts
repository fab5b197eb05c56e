import type { LineHistory } from './line-history.ts';

const MEMBERS = ['acknowledged', 'patches', 'entries', 'branch'] as const;
type Member = (typeof MEMBERS)[number];

/** A history as JSON lines: the workspace, then one line for each receipt, patch, entry and commit. */
export function historyJson(history: LineHistory): string {
  const lines: object[] = [{ workspace: history.workspace }];
  for (const member of MEMBERS) for (const value of history[member]) lines.push({ in: member, value });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** @throws SyntaxError, TypeError for what `historyJson` did not write */
export function historyOf(json: string): LineHistory {
  const [first, ...lines] = json.trimEnd().split('\n');
  const members: Record<Member, unknown[]> = { acknowledged: [], patches: [], entries: [], branch: [] };
  for (const line of lines) {
    const { in: member, value } = JSON.parse(line) as { in: Member; value: unknown };
    if (!MEMBERS.includes(member)) throw new TypeError(`a history has no ${member}`);
    members[member].push(value);
  }
  return { ...(JSON.parse(first ?? '') as { workspace: string }), ...members } as LineHistory;
}
