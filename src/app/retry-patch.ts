import { fail } from '../core/errors.ts';
import { type Origin, retryOf, type StateName, takenOffIn } from '../core/patch/patch.ts';
import { findPatch } from './find-patch.ts';
import type { Needs } from './needs.ts';
import { type Receipt, submitPatch } from './submit-patch.ts';

const RETRIABLE: ReadonlySet<StateName> = new Set<StateName>(['rejected', 'failed', 'cancelled']);

/**
 * Submits the same content again as a new patch, read and merged as the first was: an end stays an end. So may what had
 * landed, where it was taken off the branch again.
 * @throws GhostError patch_unknown, act_impossible, repair_taken
 */
export async function retryPatch(
  needs: Parameters<typeof submitPatch>[0] & Pick<Needs, 'ledger'>,
  request: { readonly id: string; readonly author: string; readonly origin: Origin },
): Promise<Receipt> {
  const first = await findPatch(needs, request.id);
  if (!RETRIABLE.has(first.state.name) && takenOffIn(first.state) === null)
    throw fail('act_impossible', {
      act: 'Retrying',
      id: first.id,
      state: first.state.name,
      expected: 'rejected, failed, cancelled or taken off the branch',
    });
  return submitPatch(needs, {
    workspace: first.workspace,
    body: await needs.ledger.body(first.id),
    format: first.format,
    merge: first.merge,
    title: first.title,
    externalId: first.externalId,
    ...{ phase: first.terms.phase, flags: first.terms.flags },
    author: request.author,
    origin: request.origin,
    idempotencyKey: null,
    force: true,
    lineage: retryOf(first),
  });
}
