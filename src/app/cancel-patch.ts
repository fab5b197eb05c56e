import { fail } from '../core/errors.ts';
import type { Patch } from '../core/patch/patch.ts';
import { advance, mayHappen, type PatchEvent } from '../core/patch/transition.ts';
import { findPatch } from './find-patch.ts';
import type { Needs } from './needs.ts';

/**
 * Ends a patch before it lands. A runner that is checking it finds the patch moved on and drops it; one that has
 * recorded its intent is no longer to be stopped.
 * @throws GhostError patch_unknown, act_impossible
 */
export async function cancelPatch(
  needs: Pick<Needs, 'ledger' | 'clock' | 'wakeUps'>,
  request: { readonly id: string; readonly actor: string },
): Promise<Patch> {
  let patch = await findPatch(needs, request.id);
  // Each turn means that somebody else moved the patch; its life is finite, so this ends.
  for (;;) {
    if (!mayHappen('cancelled', patch.state))
      throw fail('act_impossible', {
        act: 'Cancelling',
        id: patch.id,
        state: patch.state.name,
        expected: 'queued, held or checking',
      });
    const at = needs.clock.now();
    const event: PatchEvent = { type: 'cancelled', by: request.actor };
    const recorded = await needs.ledger.record({
      before: patch,
      event,
      after: advance(patch, event, at),
      at,
      actor: request.actor,
      lease: null,
    });
    if (recorded.kind === 'recorded') {
      await Promise.all([needs.wakeUps.notify('line'), needs.wakeUps.notify('outbox')]);
      return recorded.patch;
    }
    patch = await findPatch(needs, request.id);
  }
}
