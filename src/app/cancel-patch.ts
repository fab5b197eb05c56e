import { fail } from '../core/errors.ts';
import type { Patch } from '../core/patch/patch.ts';
import { advance, mayHappen, type PatchEvent } from '../core/patch/transition.ts';
import { findPatch } from './find-patch.ts';
import type { Needs } from './needs.ts';
import { seriesOf } from './series-of.ts';

type CancelNeeds = Pick<Needs, 'ledger' | 'clock' | 'wakeUps'>;

/**
 * Ends a patch before it lands, and with it those that follow it in its series. A runner that is checking it finds the
 * patch moved on and drops it; one that has recorded its intent is no longer to be stopped.
 * @throws GhostError patch_unknown, act_impossible
 */
export async function cancelPatch(
  needs: CancelNeeds,
  request: { readonly id: string; readonly actor: string },
): Promise<Patch> {
  const cancelled = await cancelOne(needs, request);
  // Whoever is missed here, by a death between the two, ends when its turn comes.
  for (const one of await seriesOf(needs, cancelled))
    if ((one.series?.index ?? 0) > (cancelled.series?.index ?? 0) && mayHappen('cancelled', one.state))
      await record(needs, one, { type: 'cancelled', by: request.actor, brokenBy: cancelled.id });
  await Promise.all([needs.wakeUps.notify('line'), needs.wakeUps.notify('outbox')]);
  return cancelled;
}

async function cancelOne(
  needs: CancelNeeds,
  request: { readonly id: string; readonly actor: string },
): Promise<Patch> {
  // Each turn means that somebody else moved the patch; its life is finite, so this ends.
  for (;;) {
    const patch = await findPatch(needs, request.id);
    if (!mayHappen('cancelled', patch.state))
      throw fail('act_impossible', {
        act: 'Cancelling',
        id: patch.id,
        state: patch.state.name,
        expected: 'queued, held or checking',
      });
    const recorded = await record(needs, patch, { type: 'cancelled', by: request.actor });
    if (recorded.kind === 'recorded') return recorded.patch;
  }
}

function record(needs: CancelNeeds, before: Patch, event: Extract<PatchEvent, { type: 'cancelled' }>) {
  const at = needs.clock.now();
  return needs.ledger.record({
    before,
    event,
    after: advance(before, event, at),
    at,
    actor: event.by,
    lease: null,
  });
}
