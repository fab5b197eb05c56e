import { explainFaults } from '../../core/change/faults/explain.ts';
import { legibleFault } from '../../core/change/faults/legible-fault.ts';
import type { Sha256 } from '../../core/digest.ts';
import { fail, GhostError } from '../../core/errors.ts';
import { effectOf } from '../../core/gate/approvals.ts';
import type { CommitId } from '../../core/git.ts';
import type { Patch, PathDigest } from '../../core/patch/patch.ts';
import type { PolicyRules } from '../../ports/policy.ts';
import { digestPaths } from '../apply-change.ts';
import { chooseWorkspace } from '../choose-workspace.ts';
import { fitPatch } from '../fit-patch.ts';
import type { Needs } from '../needs.ts';

export type EffectNeeds = Pick<Needs, 'ledger' | 'workspaces' | 'repositories' | 'policy' | 'changes'>;

/** What a person vouches for: what a patch does, and on which commit. */
export interface Approvable {
  readonly base: CommitId;
  readonly effect: Sha256;
}

/** What the patch would do to the tip of the moment. @throws GhostError approval_misfit, with the faults */
export async function effectNow(
  needs: EffectNeeds,
  patch: Patch,
  rules: PolicyRules,
): Promise<Approvable & { readonly paths: readonly PathDigest[] }> {
  const workspace = await chooseWorkspace(needs, patch.workspace);
  const open = await needs.repositories.open(workspace);
  try {
    const base = await open.repository.tip();
    const body = await needs.ledger.body(patch.id);
    const fitted = await fitPatch(needs, { open, workspace }, { patch, base, body, rules });
    if (fitted.kind === 'fits') {
      const paths = digestPaths(base.tree, fitted.files);
      return { base: base.commit, effect: effectOf(paths), paths };
    }
    const told = { id: patch.id, base: base.commit, problem: explainFaults(fitted.faults) };
    throw fail('approval_misfit', told, { faults: fitted.faults.map(legibleFault) });
  } finally {
    await open.repository.close();
  }
}

/**
 * What somebody would vouch for who approves a patch that waits for it; null for one that does not, or where nothing can
 * be told now: the patch itself is shown all the same.
 */
export async function approvableNow(needs: EffectNeeds, patch: Patch): Promise<Approvable | null> {
  const { state } = patch;
  if (state.name !== 'held' || !WAITS_FOR_PEOPLE.has(state.reason)) return null;
  try {
    const { base, effect } = await effectNow(needs, patch, await needs.policy.rulesFor(patch.workspace));
    return { base, effect };
  } catch (error) {
    if (error instanceof GhostError) return null;
    throw error;
  }
}

const WAITS_FOR_PEOPLE: ReadonlySet<string> = new Set(['needs_approval', 'mode_manual']);
