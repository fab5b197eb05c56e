import type { LeaseRecord } from '../core/lease/lease.ts';
import type { Patch } from '../core/patch/patch.ts';
import { nextMove } from '../core/queue/next-move.ts';
import { isHoldOver, NO_ORDERS, type Orders, whyLocked } from '../core/queue/orders.ts';
import { turnInSeries } from '../core/queue/series-turn.ts';
import type { Workspace } from '../core/workspace.ts';
import type { Line } from '../ports/ledger.ts';
import type { Needs } from './needs.ts';
import { ordersOf } from './orders/orders-of.ts';
import { seriesOf, seriesReader } from './series-of.ts';

/** Why a line should be in a runner's hands, or should not. */
export type LineWork =
  | { readonly kind: 'none' }
  | { readonly kind: 'paused'; readonly reason: string }
  /** Its head waits for its time, milliseconds since 1970. */
  | { readonly kind: 'later'; readonly until: number }
  | { readonly kind: 'due' }
  /** Nothing but patches that wait for local edits to be gone. */
  | { readonly kind: 'edited' }
  /** Nothing but a remote that only Ghost writes and that has not all of it, or evidence that could not be made. */
  | { readonly kind: 'behind' };

/** What there is to do in a line that nobody has in hand, read without its lease and without its repository. */
export async function workInLine(
  needs: Pick<Needs, 'ledger' | 'workspaces' | 'chains' | 'clock'>,
  at: {
    readonly workspace: Workspace;
    readonly lease: LeaseRecord | null;
    readonly cooldownMs: number;
    /** `unseen`: nobody is known to have had it in hand since this runner started, perhaps after a power cut. */
    readonly since: 'seen' | 'unseen';
  },
): Promise<LineWork> {
  const { workspace, lease, cooldownMs, since } = at;
  const [line, registered] = await Promise.all([
    needs.ledger.line(workspace.name),
    needs.workspaces.find(workspace.name),
  ]);
  const orders = await ordersFor(needs, line);
  const paused = registered?.paused ?? whyLocked(orders, workspace.name);
  if (paused !== null) return { kind: 'paused', reason: paused };
  // A holder that did not give it back may have left more behind than its patches tell.
  if (line.unfinished.length > 0 || lease?.owner != null || isUnfollowed(line)) return { kind: 'due' };
  if (since === 'unseen' && line.lastLanded !== null) return { kind: 'due' };
  const series = line.head === null ? [] : await seriesOf(needs, line.head);
  const move = nextMove({ ...line, series }, { now: needs.clock.now(), cooldownMs, paused });
  if (move.kind !== 'idle' && move.kind !== 'wait') return { kind: 'due' };
  if (await isSeriesFree(needs, line)) return { kind: 'due' };
  if (line.held.some((patch) => isOrderOver(orders, patch))) return { kind: 'due' };
  if (isBehind(workspace, line) || isUnattested(line)) return { kind: 'behind' };
  if (line.held.some(waitsForEdits)) return { kind: 'edited' };
  return move.kind === 'wait' ? { kind: 'later', until: move.until } : { kind: 'none' };
}

/** Every line is looked at each second, and orders keep nothing that is not there. */
async function ordersFor(needs: Pick<Needs, 'chains'>, { queued, held }: Line): Promise<Orders> {
  return queued + held.length === 0 ? NO_ORDERS : ordersOf(needs);
}

/** Whether one of the patches that local edits held could go on: looked at without the lease, which is dear to take. */
export async function areEditsGone(
  needs: Pick<Needs, 'ledger'> & { readonly repositories: Pick<Needs['repositories'], 'open'> },
  workspace: Workspace,
): Promise<boolean> {
  const { held } = await needs.ledger.line(workspace.name);
  const open = await needs.repositories.open(workspace);
  try {
    const { commit } = await open.repository.tip();
    for (const { state } of held) {
      if (state.name !== 'held' || state.reason !== 'local_edits') continue;
      if ((await open.worktree.localEdits(commit, state.paths)).length === 0) return true;
    }
    return false;
  } finally {
    await open.repository.close();
  }
}

/** Its runner died after the landing and before the work tree. */
function isUnfollowed({ lastLanded }: Line): boolean {
  return lastLanded?.state.name === 'landed' && lastLanded.state.worktree === null;
}

function isBehind({ remote }: Workspace, { lastLanded }: Line): boolean {
  if (remote?.writers !== 'ghost' || lastLanded?.state.name !== 'landed') return false;
  return lastLanded.state.worktree !== 'followed';
}

/** Landings are attested in their order. */
function isUnattested({ lastLanded }: Line): boolean {
  if (lastLanded?.state.name !== 'landed') return false;
  const { intent, attested } = lastLanded.state;
  return intent.evidence !== undefined && attested === undefined;
}

function isOrderOver(orders: Orders, patch: Patch): boolean {
  return patch.state.name === 'held' && isHoldOver(orders, patch, patch.state.reason);
}

function waitsForEdits({ state }: Patch): boolean {
  return state.name === 'held' && state.reason === 'local_edits';
}

/** Whether a patch that waited for others of its series waits no more. */
async function isSeriesFree(needs: Pick<Needs, 'ledger'>, { held }: Line): Promise<boolean> {
  const seriesAt = seriesReader(needs);
  for (const patch of held) {
    if (patch.state.name !== 'held' || patch.state.reason !== 'series_waits') continue;
    if (turnInSeries(patch, await seriesAt(patch)).kind !== 'waits') return true;
  }
  return false;
}
