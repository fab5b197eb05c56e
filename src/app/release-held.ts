import type { PatchId } from '../core/patch/id.ts';
import type { Patch } from '../core/patch/patch.ts';
import type { PatchEvent } from '../core/patch/transition.ts';
import { isHoldOver, type Orders } from '../core/queue/orders.ts';
import { turnInSeries } from '../core/queue/series-turn.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';
import { ordersOf } from './orders/orders-of.ts';
import { recordStep } from './record-step.ts';
import { seriesBroken, seriesReader } from './series-of.ts';

type ReleaseNeeds = Pick<Needs, 'ledger' | 'chains' | 'clock' | 'wakeUps'>;

/** Versions of held patches in which no approval was found: only a newer one is looked into again. */
export type SeenUnapproved = Map<PatchId, number>;

/**
 * Puts held patches back in the line, at their old place, once what they wait for is over: local edits that are gone, the
 * patches before them in their series, an order, an approval. True when one was moved.
 */
export async function releaseHeld(
  needs: ReleaseNeeds,
  holding: Holding,
  seen: SeenUnapproved = new Map(),
): Promise<boolean> {
  const { held } = await needs.ledger.line(holding.workspace.name);
  if (held.length === 0) return false;
  const look = { seriesAt: seriesReader(needs), orders: await ordersOf(needs), seen };
  let moved = false;
  for (const patch of held) {
    const event = await whatEndsTheHold(needs, holding, { patch, ...look });
    if (event === null) continue;
    const outcome = await recordStep(needs, holding, { patch, event });
    if (outcome.kind === 'fenced') return moved;
    moved ||= outcome.kind === 'recorded';
  }
  return moved;
}

interface Look {
  readonly patch: Patch;
  readonly seriesAt: ReturnType<typeof seriesReader>;
  readonly orders: Orders;
  readonly seen: SeenUnapproved;
}

/** Null while it goes on. */
async function whatEndsTheHold(
  needs: ReleaseNeeds,
  holding: Holding,
  { patch, seriesAt, orders, seen }: Look,
): Promise<PatchEvent | null> {
  if (patch.state.name !== 'held') return null;
  switch (patch.state.reason) {
    case 'local_edits': {
      const base = await holding.open.repository.tip();
      const edited = await holding.open.worktree.localEdits(base.commit, patch.state.paths);
      return edited.length === 0 ? { type: 'released' } : null;
    }
    case 'series_waits': {
      const turn = turnInSeries(patch, await seriesAt(patch));
      if (turn.kind === 'broken') return seriesBroken(holding, turn.by.id);
      return turn.kind === 'free' ? { type: 'released' } : null;
    }
    case 'phase_frozen':
    case 'mode_test':
    case 'mode_lockdown':
      return isHoldOver(orders, patch, patch.state.reason) ? { type: 'released' } : null;
    case 'mode_manual':
    case 'needs_approval':
      return isHoldOver(orders, patch, patch.state.reason) || (await isApprovedSince(needs, patch, seen))
        ? { type: 'released' }
        : null;
  }
}

/** Whoever approves a held patch puts it back in the line; this is for one whose approver died between the two. */
async function isApprovedSince(
  { chains }: Pick<Needs, 'chains'>,
  { id, version }: Patch,
  seen: SeenUnapproved,
): Promise<boolean> {
  if (seen.get(id) === version) return false;
  const entries = await chains.entriesAbout(id);
  const last = entries.findLast(({ type }) => type === 'patch.held' || type === 'patch.approved');
  if (last?.type === 'patch.approved') return true;
  seen.set(id, version);
  return false;
}
