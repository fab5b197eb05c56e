import type { Patch } from '../core/patch/patch.ts';
import { type RepairRequest, repairRequestFor } from '../core/patch/repair-request.ts';
import type { Needs } from './needs.ts';
import { roundOf } from './repaired-patch.ts';

/** What is asked of the author of a rejected patch; null for every other patch, and where nothing can be repaired. */
export async function repairRequestOf(
  needs: Pick<Needs, 'ledger' | 'repairRounds'>,
  patch: Patch,
): Promise<RepairRequest | null> {
  if (patch.state.name !== 'rejected') return null;
  return repairRequestFor(patch, { round: await roundOf(needs, patch), rounds: needs.repairRounds });
}
