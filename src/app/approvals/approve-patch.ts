import { legible } from '../../core/change/bytes.ts';
import { explainFaults } from '../../core/change/faults/explain.ts';
import { legibleFault } from '../../core/change/faults/legible-fault.ts';
import type { Sha256 } from '../../core/digest.ts';
import { fail } from '../../core/errors.ts';
import { effectOf } from '../../core/gate/approvals.ts';
import type { CommitId } from '../../core/git.ts';
import type { Patch, PathDigest } from '../../core/patch/patch.ts';
import { advance, mayHappen, type PatchEvent } from '../../core/patch/transition.ts';
import type { PolicyRules } from '../../ports/policy.ts';
import { digestPaths } from '../apply-change.ts';
import { chooseWorkspace } from '../choose-workspace.ts';
import { findPatch } from '../find-patch.ts';
import { fitPatch } from '../fit-patch.ts';
import type { Needs } from '../needs.ts';
import { approvalsOf, authorsOf, standingOf } from './approvals-of.ts';

type ApproveNeeds = Pick<
  Needs,
  'ledger' | 'chains' | 'workspaces' | 'repositories' | 'policy' | 'changes' | 'clock' | 'wakeUps'
>;

/** What a person has vouched for: what the patch does to these paths on this commit, and nothing else. */
export interface ApprovalGiven {
  readonly patch: Patch;
  readonly by: string;
  readonly base: CommitId;
  readonly effect: Sha256;
  readonly paths: readonly string[];
  /** True where the same person had approved the same before. */
  readonly repeated: boolean;
  /** What it needs beside this, in words; null where rules ask for no more. */
  readonly wanting: string | null;
}

/**
 * Approves what a patch does on the tip of the moment, and puts one that waits for it back in the line, where it is judged
 * anew. The approval falls where the patch would do anything else by then.
 * @throws GhostError patch_unknown, act_impossible, approval_own, approval_misfit, gate_file_invalid
 */
export async function approvePatch(
  needs: ApproveNeeds,
  { id, actor }: { readonly id: string; readonly actor: string },
): Promise<ApprovalGiven> {
  const patch = await findPatch(needs, id);
  requireOpen(patch);
  if ((await authorsOf(needs, patch)).includes(actor))
    throw fail('approval_own', { id: patch.id, author: actor });
  const rules = await needs.policy.rulesFor(patch.workspace);
  const { base, paths } = await effectNow(needs, patch, rules);
  const effect = effectOf(paths);
  const { approvals } = await approvalsOf(needs, patch);
  const repeated = approvals.some((one) => one.by === actor && one.effect === effect);
  const approved = repeated
    ? patch
    : await recorded(needs, patch.id, { type: 'approved', by: actor, base, effect });
  const standing = await standingOf(needs, { patch: approved, paths, rules });
  const after = await released(needs, approved, actor);
  await Promise.all([needs.wakeUps.notify('line'), needs.wakeUps.notify('outbox')]);
  return {
    ...{ patch: after, by: actor, base, effect, repeated },
    paths: paths.map(({ path }) => legible(path)),
    wanting: standing.kind === 'wanting' ? standing.detail : null,
  };
}

/** What the patch would do to the tip of the moment. @throws GhostError approval_misfit, with the faults */
async function effectNow(
  needs: ApproveNeeds,
  patch: Patch,
  rules: PolicyRules,
): Promise<{ readonly base: CommitId; readonly paths: readonly PathDigest[] }> {
  const workspace = await chooseWorkspace(needs, patch.workspace);
  const open = await needs.repositories.open(workspace);
  try {
    const base = await open.repository.tip();
    const body = await needs.ledger.body(patch.id);
    const fitted = await fitPatch(needs, { open, workspace }, { patch, base, body, rules });
    if (fitted.kind === 'fits') return { base: base.commit, paths: digestPaths(base.tree, fitted.files) };
    const told = { id: patch.id, base: base.commit, problem: explainFaults(fitted.faults) };
    throw fail('approval_misfit', told, { faults: fitted.faults.map(legibleFault) });
  } finally {
    await open.repository.close();
  }
}

/** One whose approver died before this is released by its runner. */
async function released(needs: ApproveNeeds, patch: Patch, actor: string): Promise<Patch> {
  const { state } = patch;
  if (state.name !== 'held') return patch;
  if (state.reason !== 'needs_approval' && state.reason !== 'mode_manual') return patch;
  const event: PatchEvent = { type: 'released' };
  // Whoever was first with it, it is not held any more.
  return (await record(needs, patch, { event, actor })).patch;
}

async function recorded(
  needs: ApproveNeeds,
  id: string,
  event: Extract<PatchEvent, { type: 'approved' }>,
): Promise<Patch> {
  // Each turn means that somebody else moved the patch; its life is finite, so this ends.
  for (;;) {
    const patch = await findPatch(needs, id);
    requireOpen(patch);
    const written = await record(needs, patch, { event, actor: event.by });
    if (written.kind === 'recorded') return written.patch;
  }
}

function requireOpen({ id, state }: Patch): void {
  if (mayHappen('approved', state)) return;
  throw fail('act_impossible', { act: 'Approving', id, state: state.name, expected: 'queued or held' });
}

async function record(
  needs: ApproveNeeds,
  before: Patch,
  { event, actor }: { readonly event: PatchEvent; readonly actor: string },
): Promise<{ readonly kind: 'recorded' | 'stale'; readonly patch: Patch }> {
  const at = needs.clock.now();
  const after = advance(before, event, at);
  const outcome = await needs.ledger.record({ before, event, after, at, actor, lease: null });
  if (outcome.kind === 'fenced') throw new TypeError('an act without a lease cannot be fenced');
  return outcome;
}
