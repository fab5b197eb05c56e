import { faultOf } from '../../core/change/fault-of.ts';
import { fail } from '../../core/errors.ts';
import type { Patch } from '../../core/patch/patch.ts';
import { advance, mayHappen } from '../../core/patch/transition.ts';
import { findPatch } from '../find-patch.ts';
import type { Needs } from '../needs.ts';

/**
 * Ends a patch because a person does not want it as it is; its author is told who and why. What follows it in its series
 * ends when its turn comes.
 * @throws GhostError patch_unknown, act_impossible, input_invalid
 */
export async function rejectPatch(
  needs: Pick<Needs, 'ledger' | 'clock' | 'wakeUps'>,
  { id, reason, actor }: { readonly id: string; readonly reason: string; readonly actor: string },
): Promise<Patch> {
  if (reason.trim() === '') throw fail('input_invalid', { where: 'reason', problem: 'expected some words' });
  const fault = faultOf('turned_down', {
    message: `${actor} turned it down: ${reason}`,
    hint: 'Repair what is said, and submit it as the next attempt.',
  });
  const event = { type: 'rejected', reason: 'turned_down', faults: [fault] } as const;
  // Each turn means that somebody else moved the patch; its life is finite, so this ends.
  for (;;) {
    const before = await findPatch(needs, id);
    if (!mayHappen('rejected', before.state))
      throw fail('act_impossible', {
        act: 'Rejecting',
        id: before.id,
        state: before.state.name,
        expected: 'queued, held or checking',
      });
    const at = needs.clock.now();
    const after = advance(before, event, at);
    const recorded = await needs.ledger.record({ before, event, after, at, actor, lease: null });
    if (recorded.kind !== 'recorded') continue;
    await Promise.all([needs.wakeUps.notify('line'), needs.wakeUps.notify('outbox')]);
    return recorded.patch;
  }
}
