import { legibleFault } from '../core/change/faults/legible-fault.ts';
import { fail } from '../core/errors.ts';
import type { Patch } from '../core/patch/patch.ts';
import { type Problem, problemOf } from '../core/problem.ts';
import type { Needs } from './needs.ts';
import { repairRequestOf } from './repair-request-of.ts';

/** A rejected patch as the problem that its author is told everywhere; null for every other patch. */
export async function rejectionProblem(
  needs: Pick<Needs, 'ledger' | 'repairRounds'>,
  patch: Patch,
  at: number,
): Promise<Problem | null> {
  const { id, state } = patch;
  if (state.name !== 'rejected') return null;
  const repair = await repairRequestOf(needs, patch);
  const faults = state.faults.map(legibleFault);
  const error = fail('patch_rejected', { what: id, reason: state.reason }, { faults, repair });
  return problemOf(error, { instance: `/api/v1/patches/${id}`, requestId: null, at });
}
