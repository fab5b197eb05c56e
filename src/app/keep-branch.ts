import { GhostError } from '../core/errors.ts';
import type { Intent, Patch } from '../core/patch/patch.ts';
import { answersFor } from '../core/workspace.ts';
import { branchGone, branchUnreadable, commitsUnknown, landingMissing } from './branch-problem.ts';
import type { Holding } from './holding.ts';
import { moveBranch } from './move-branch.ts';
import type { Needs } from './needs.ts';
import { unknownCommits } from './verify/unknown-commits.ts';

export type Kept =
  | { readonly kind: 'kept' }
  /** The branch is not as Ghost left it, or not as this ledger knows it; nothing may run until an operator has looked. */
  | { readonly kind: 'broken'; readonly problem: string }
  | { readonly kind: 'blocked'; readonly path: string }
  | { readonly kind: 'fenced' };

type KeepNeeds = Pick<Needs, 'ledger' | 'chains' | 'clock' | 'leaser'>;

const KEPT: Kept = { kind: 'kept' };

/** Holds the branch against what this ledger landed last: it is there still, and nobody landed more with another one. */
export async function keepBranch(needs: KeepNeeds, holding: Holding, last: Intent | null): Promise<Kept> {
  try {
    const kept = last === null ? KEPT : await keepLanded(needs, holding, last);
    if (kept.kind !== 'kept') return kept;
    const unknown = await unknownCommits(needs, holding);
    return unknown.length === 0
      ? KEPT
      : { kind: 'broken', problem: commitsUnknown(holding.workspace, unknown) };
  } catch (error) {
    const problem = lastingProblem(error, holding, last);
    if (problem === null) throw error;
    return { kind: 'broken', problem };
  }
}

/** What landed last has to be on the branch still, or nothing may land on top. Null when it is. */
export async function whyBroken(holding: Holding, last: Patch | null): Promise<string | null> {
  const { open, workspace } = holding;
  const intent = last?.state.name === 'landed' ? last.state.intent : null;
  try {
    const { commit: tip } = await open.repository.tip();
    if (intent === null || !answersFor(workspace, intent.landingSeq)) return null;
    return (await open.history.isAncestor(intent.commit, tip))
      ? null
      : landingMissing(workspace, tip, intent.commit);
  } catch (error) {
    const problem = lastingProblem(error, holding, intent);
    if (problem === null) throw error;
    return problem;
  }
}

/** Trouble that stays until somebody looks, in words; null for any other. */
function lastingProblem(error: unknown, { workspace }: Holding, last: Intent | null): string | null {
  if (!(error instanceof GhostError)) return null;
  if (error.code === 'branch_gone') return branchGone(workspace, last?.commit ?? null);
  return error.code === 'integrity_broken' ? branchUnreadable(workspace, error.message) : null;
}

/** What was landed has to be on the branch. Only a power cut may have taken it back: then it is put there again. */
async function keepLanded(needs: KeepNeeds, holding: Holding, intent: Intent): Promise<Kept> {
  const { repository, history } = holding.open;
  if (!answersFor(holding.workspace, intent.landingSeq)) return KEPT;
  if (await history.holds(intent.commit)) return KEPT;
  const tip = await repository.tip();
  const problem = landingMissing(holding.workspace, tip.commit, intent.commit);
  const written = (await history.commit(intent.commit)) !== null;
  if (!rebooted(holding) || !written || !(await history.isAncestor(tip.commit, intent.commit)))
    return { kind: 'broken', problem };
  // Of a holder who died while he put it back; his writer was seen to die, as in `settle`.
  if (holding.predecessor?.writer) await holding.fence.clearStaleLock(intent);
  const moved = await moveBranch(needs, holding, { ...intent, base: tip.commit });
  if (moved.kind === 'fenced') return { kind: 'fenced' };
  if (moved.kind === 'locked') return { kind: 'blocked', path: moved.path };
  if (moved.kind !== 'moved') return { kind: 'broken', problem };
  await needs.chains.append({
    chain: holding.workspace.name,
    at: needs.clock.now(),
    actor: holding.lease.owner,
    type: 'branch.restored',
    subject: holding.workspace.name,
    data: { from: tip.commit, to: intent.commit },
  });
  return KEPT;
}

/**
 * A ref cannot go back by itself while its machine runs: then a person moved it, and it is not ours to move again. Of a
 * remote's machine nothing is known.
 */
function rebooted({ workspace, predecessor, fence }: Holding): boolean {
  if (workspace.remote?.writers === 'others') return false;
  return predecessor?.writer?.bootId !== fence.writer.bootId;
}
