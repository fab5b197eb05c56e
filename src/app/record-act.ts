import { fail } from '../core/errors.ts';
import type { Patch } from '../core/patch/patch.ts';
import { advance, mayHappen, type PatchEvent } from '../core/patch/transition.ts';
import { findPatch } from './find-patch.ts';
import type { Needs } from './needs.ts';

export type ActNeeds = Pick<Needs, 'ledger' | 'clock' | 'wakeUps'>;

/** What a person does to a patch, without a lease. */
export interface PersonsAct {
  readonly id: string;
  readonly actor: string;
  readonly event: PatchEvent;
  /** `Rejecting`: names the act where the patch is past it. */
  readonly says: string;
  /** `queued or held`: the states in which it can be done. */
  readonly expected: string;
  /** Throws where this person may not do it to this patch. */
  readonly permit?: (patch: Patch) => void;
}

/**
 * Records what a person does to a patch, whatever becomes of it meanwhile, and wakes who waits for that.
 * @throws GhostError patch_unknown, act_impossible
 */
export async function recordAct(needs: ActNeeds, act: PersonsAct): Promise<Patch> {
  // Each turn means that somebody else moved the patch; its life is finite, so this ends.
  for (;;) {
    const before = await findPatch(needs, act.id);
    act.permit?.(before);
    requirePossible(before, act);
    const outcome = await recordOnce(needs, before, act);
    if (outcome.kind === 'recorded') return outcome.patch;
  }
}

/** @throws GhostError act_impossible */
export function requirePossible(
  { id, state }: Patch,
  { event, says, expected }: Pick<PersonsAct, 'says' | 'expected'> & { event: Pick<PatchEvent, 'type'> },
): void {
  if (mayHappen(event.type, state)) return;
  throw fail('act_impossible', { act: says, id, state: state.name, expected });
}

/** The same on one version of it: `stale`, with the patch as it is now, where somebody else was first. */
export async function recordOnce(
  needs: ActNeeds,
  before: Patch,
  { event, actor }: Pick<PersonsAct, 'event' | 'actor'>,
): Promise<{ readonly kind: 'recorded' | 'stale'; readonly patch: Patch }> {
  const at = needs.clock.now();
  const after = advance(before, event, at);
  const outcome = await needs.ledger.record({ before, event, after, at, actor, lease: null });
  if (outcome.kind === 'fenced') throw new TypeError('an act without a lease cannot be fenced');
  if (outcome.kind === 'recorded')
    await Promise.all([needs.wakeUps.notify('line'), needs.wakeUps.notify('outbox')]);
  return outcome;
}
