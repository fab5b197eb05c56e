import type { WorkspaceView } from '../app/describe-workspace.ts';
import { GhostError } from '../core/errors.ts';
import { sayOrder } from '../core/queue/orders.ts';
import type { Clock } from '../platform/clock.ts';
import type { Client } from './client.ts';
import type { Print } from './print.ts';

/** As much of a workspace as whoever waits in its line has to know; what an older service does not tell is missing. */
export type Line = Partial<Pick<WorkspaceView, 'paused' | 'mode' | 'modeOrder' | 'line' | 'remote'>>;

/** Requests are counted: after the first looks two a minute are enough. */
const FIRST_LOOK_MS = 3_000;
const LONGEST_LOOK_MS = 30_000;

/** Null where there is no such workspace any more. */
export async function findLine(client: Pick<Client, 'get'>, workspace: string): Promise<Line | null> {
  try {
    return await client.get<Line>(`/api/v1/workspaces/${encodeURIComponent(workspace)}`);
  } catch (error) {
    if (error instanceof GhostError && error.code === 'workspace_unknown') return null;
    throw error;
  }
}

/** Why nothing of a workspace lands now; null where it does, or where nobody can tell. */
export function whyStill(line: Line | null): string | null {
  if (typeof line?.paused === 'string') return `paused: ${line.paused}`;
  if (line?.mode === 'lockdown' && line.modeOrder) return `in lockdown: ${sayOrder(line.modeOrder)}`;
  const said = line?.line;
  return said?.doing === 'blocked' ? `blocked: ${said.reason ?? 'no reason is known'}` : null;
}

/** What its runner does with it, in a word of a table. */
export function doingOf({ paused, mode, line }: Pick<WorkspaceView, 'paused' | 'mode' | 'line'>): string {
  if (paused !== null) return 'paused';
  return mode === 'lockdown' ? 'lockdown' : (line?.doing ?? 'no runner');
}

/** Whether its work tree is a remote, which only Ghost writes. */
export function followsRemote(line: Line | null): boolean {
  return line?.remote?.writers === 'ghost';
}

/** Tells whoever waits that nothing of a workspace moves, and why, whenever that changes, until `signal` aborts. */
export async function watchLine(
  workspace: string,
  { client, print, clock }: { readonly client: Client; readonly print: Print; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> {
  let told: string | null = null;
  let restMs = FIRST_LOOK_MS;
  while (!signal.aborted) {
    // Whether the service answers is told by whoever follows the patch.
    const why = await findLine(client, workspace).then(whyStill, () => told);
    if (why !== told && !signal.aborted) sayStill(print, workspace, why);
    told = why;
    await clock.sleep(restMs, signal);
    restMs = Math.min(restMs * 2, LONGEST_LOOK_MS);
  }
}

export function sayStill(print: Print, workspace: string, why: string | null): void {
  print.note(why === null ? `workspace ${workspace} goes on` : `workspace ${workspace} is ${why}`);
  if (why?.startsWith('in lockdown'))
    print.note(`nothing of it lands until \`ghost workspace mode ${workspace} auto\``);
  if (why?.startsWith('paused'))
    print.note(`nothing of it lands until \`ghost workspace resume ${workspace}\``);
}
