import type { Sha256 } from '../core/digest.ts';
import { fail } from '../core/errors.ts';
import type { PatchId } from '../core/patch/id.ts';
import type { MergeRule, Patch } from '../core/patch/patch.ts';
import { findPatch } from './find-patch.ts';
import type { Needs } from './needs.ts';

/** The rejected patch whose next attempt is being submitted, and which attempt in a row that is. */
export interface Repaired {
  readonly patch: Patch;
  /** From 1. */
  readonly round: number;
}

/**
 * Finds what a submission repairs. Whoever may submit may repair, as with a retry: the author of the new patch is the
 * one who sends it.
 * @throws GhostError patch_unknown, act_impossible, input_invalid, repair_unchanged, repair_rounds_spent
 */
export async function repairedPatch(
  needs: Pick<Needs, 'ledger' | 'repairRounds'>,
  submission: {
    readonly repairs: string;
    readonly workspace: string | null;
    readonly digest: Sha256;
    readonly merge: MergeRule;
  },
): Promise<Repaired> {
  const patch = await findPatch(needs, submission.repairs);
  const { id, state, workspace } = patch;
  if (state.name !== 'rejected')
    throw fail('act_impossible', { act: 'Repairing', id, state: state.name, expected: 'rejected' });
  if (submission.workspace !== null && submission.workspace !== workspace)
    throw fail('input_invalid', { where: 'repairs', problem: `${id} is a patch of workspace ${workspace}` });
  // The same text under another merge rule is an attempt of its own.
  if (submission.digest === patch.digest && submission.merge === patch.merge)
    throw fail('repair_unchanged', { id });
  const round = (await roundOf(needs, patch)) + 1;
  if (round > needs.repairRounds) throw fail('repair_rounds_spent', { id, limit: needs.repairRounds });
  return { patch, round };
}

/**
 * How many repairs in a row led to a patch: 0 for a first attempt. A retry is in the round of what it tries again, and a
 * patch of a series in that of its first, which alone has the lineage of all.
 */
export async function roundOf(needs: Pick<Needs, 'ledger'>, patch: Patch): Promise<number> {
  let attempt = patch;
  for (let before = roundIsThatOf(attempt); before !== null; before = roundIsThatOf(attempt))
    attempt = await findPatch(needs, before);
  return attempt.lineage?.kind === 'repairs' ? attempt.lineage.round : 0;
}

function roundIsThatOf({ id, lineage, series }: Patch): PatchId | null {
  if (lineage?.kind === 'retries') return lineage.patch;
  return lineage === null && series !== null && series.first !== id ? series.first : null;
}
