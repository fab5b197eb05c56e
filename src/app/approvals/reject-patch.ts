import { faultOf } from '../../core/change/fault-of.ts';
import { fail } from '../../core/errors.ts';
import type { Patch } from '../../core/patch/patch.ts';
import { type ActNeeds, recordAct } from '../record-act.ts';

/**
 * Ends a patch because a person does not want it as it is; its author is told who and why. What follows it in its series
 * ends when its turn comes.
 * @throws GhostError patch_unknown, act_impossible, input_invalid
 */
export async function rejectPatch(
  needs: ActNeeds,
  { id, reason, actor }: { readonly id: string; readonly reason: string; readonly actor: string },
): Promise<Patch> {
  if (reason.trim() === '') throw fail('input_invalid', { where: 'reason', problem: 'expected some words' });
  const fault = faultOf('turned_down', {
    message: `${actor} turned it down: ${reason}`,
    hint: 'Repair what is said, and submit it as the next attempt.',
  });
  return recordAct(needs, {
    ...{ id, actor, says: 'Rejecting', expected: 'queued, held or checking' },
    event: { type: 'rejected', reason: 'turned_down', faults: [fault] },
  });
}
