import { fail } from '../core/errors.ts';
import { type Origin, takenOffIn } from '../core/patch/patch.ts';
import { findPatch } from './find-patch.ts';
import type { Needs } from './needs.ts';
import { openWorkspaceOf } from './open-workspace.ts';
import { type Receipt, submitPatch } from './submit-patch.ts';

/**
 * Undoes a landed patch with a new one, which goes the whole way like any other: the diff from its commit back to its
 * base, applied to the tip of the moment. Later changes to the same lines make it a rejection, never a guess.
 * @throws GhostError patch_unknown, act_impossible
 */
export async function revertPatch(
  needs: Parameters<typeof submitPatch>[0] & Pick<Needs, 'repositories'>,
  request: {
    readonly id: string;
    readonly author: string;
    readonly origin: Origin;
    readonly idempotencyKey?: string;
  },
): Promise<Receipt> {
  const landed = await findPatch(needs, request.id);
  if (landed.state.name !== 'landed')
    throw fail('act_impossible', {
      act: 'Reverting',
      id: landed.id,
      state: landed.state.name,
      expected: 'landed',
    });
  const off = takenOffIn(landed.state);
  if (off !== null)
    throw fail('act_impossible', {
      act: 'Reverting',
      id: landed.id,
      state: `off the branch, accepted by ${off.by} at ${new Date(off.at).toISOString()}: ${off.reason}`,
      expected: 'on it',
    });
  const { base, commit } = landed.state.intent;
  const open = await openWorkspaceOf(needs, landed.workspace);
  try {
    return await submitPatch(needs, {
      workspace: landed.workspace,
      body: await open.history.diff(commit, base),
      format: 'git-diff',
      phase: landed.terms.phase,
      title: `Revert "${landed.title}"`,
      author: request.author,
      origin: request.origin,
      idempotencyKey: request.idempotencyKey ?? null,
      force: true,
      lineage: { kind: 'reverts', patch: landed.id },
    });
  } finally {
    await open.repository.close();
  }
}
