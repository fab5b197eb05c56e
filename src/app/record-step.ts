import type { Patch } from '../core/patch/patch.ts';
import { advance, type PatchEvent } from '../core/patch/transition.ts';
import type { Holding, Interrupted } from './holding.ts';
import type { Needs } from './needs.ts';

export type StepRecorded = { readonly kind: 'recorded'; readonly patch: Patch };

/** Moves a patch by one event in the name of the workspace's holder. */
export async function recordStep(
  needs: Pick<Needs, 'ledger' | 'clock' | 'wakeUps'>,
  holding: Holding,
  step: { readonly patch: Patch; readonly event: PatchEvent },
): Promise<StepRecorded | Interrupted> {
  const at = needs.clock.now();
  const recorded = await needs.ledger.record({
    before: step.patch,
    event: step.event,
    after: advance(step.patch, step.event, at),
    at,
    actor: holding.lease.owner,
    lease: holding.lease,
  });
  if (recorded.kind === 'recorded') {
    await needs.wakeUps.notify('outbox');
    return recorded;
  }
  return recorded.kind === 'stale' ? { kind: 'superseded' } : { kind: 'fenced' };
}
