import type { Json } from '../json.ts';
import type { Heartbeat } from './heartbeat.ts';

/** What the line of a workspace is doing, as the runner that has it in hand says. */
export interface LineReport {
  /** `idle`, `landing`, `blocked`: the runner's own word. */
  readonly doing: string;
  readonly reason: string | null;
  /** Why the remote that follows this line does not have all of it yet. */
  readonly behind: string | null;
}

/** Of several runners, those that only wait for another one or are on their way out know least. */
const KNOWS_LITTLE: ReadonlySet<string> = new Set([
  ...['starting', 'busy elsewhere', 'waiting for a slot', 'stopped'],
]);

/** By workspace. @param heartbeats of living processes only: what a dead one said last holds no more */
export function lineReports(heartbeats: readonly Heartbeat[]): ReadonlyMap<string, LineReport> {
  const reports = new Map<string, LineReport>();
  const known = new Map<string, number>();
  for (const { component, details } of heartbeats) {
    if (component !== 'runner') continue;
    for (const lane of lanesOf(details)) {
      const workspace = textOf(lane, 'workspace');
      const doing = textOf(lane, 'doing');
      if (workspace === null || doing === null) continue;
      const weight = weightOf(lane, doing);
      if (weight < (known.get(workspace) ?? 0) || (reports.has(workspace) && weight === 0)) continue;
      known.set(workspace, weight);
      reports.set(workspace, { doing, reason: textOf(lane, 'detail'), behind: textOf(lane, 'behind') });
    }
  }
  return reports;
}

/** Nobody knows better than who has the line in hand, under the token of its lease. */
function weightOf(lane: Json, doing: string): number {
  if (typeof memberOf(lane, 'token') === 'number') return 2;
  return KNOWS_LITTLE.has(doing) ? 0 : 1;
}

function lanesOf(details: Json): readonly Json[] {
  const lanes = memberOf(details, 'lanes');
  return Array.isArray(lanes) ? lanes : [];
}

function textOf(value: Json, name: string): string | null {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : null;
}

function memberOf(value: Json, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
