import { legible } from '../../core/change/bytes.ts';
import { fail } from '../../core/errors.ts';
import { isApprovedSinceFound } from '../../core/gate/approvals.ts';
import type { Patch } from '../../core/patch/patch.ts';
import { findPatch } from '../find-patch.ts';
import type { Needs } from '../needs.ts';
import { type ActNeeds, recordAct, recordOnce, requirePossible } from '../record-act.ts';
import { authorsOf, standingOf } from './approvals-of.ts';
import { type Approvable, type EffectNeeds, effectNow } from './effect-now.ts';

type ApproveNeeds = EffectNeeds & ActNeeds & Pick<Needs, 'chains'>;

/** What a person has vouched for: what the patch does to these paths on this commit, and nothing else. */
export interface ApprovalGiven extends Approvable {
  readonly patch: Patch;
  readonly by: string;
  readonly paths: readonly string[];
  /** True where the same person had approved the same before. */
  readonly repeated: boolean;
  /** What it needs beside this, in words; null where rules ask for no more. */
  readonly wanting: string | null;
}

interface Approving {
  readonly id: string;
  readonly actor: string;
  /** What they have looked at, as it was told to them: anything else is not approved. */
  readonly seen?: Partial<Approvable>;
}

const APPROVING = { says: 'Approving', expected: 'queued or held' };

/**
 * Approves what a patch does on the tip of the moment, and puts one that waits for it back in the line, where it is judged
 * anew. The approval falls where the patch would do anything else by then.
 * @throws GhostError patch_unknown, act_impossible, approval_own, approval_misfit, approval_outdated, gate_file_invalid
 */
export async function approvePatch(
  needs: ApproveNeeds,
  { id, actor, seen = {} }: Approving,
): Promise<ApprovalGiven> {
  const patch = await findPatch(needs, id);
  requirePossible(patch, { ...APPROVING, event: { type: 'approved' } });
  if ((await authorsOf(needs, patch)).includes(actor))
    throw fail('approval_own', { id: patch.id, author: actor });
  const rules = await needs.policy.rulesFor(patch.workspace);
  const { base, effect, paths } = await effectNow(needs, patch, rules);
  requireSeen(patch, seen, { base, effect });
  const entries = await needs.chains.entriesAbout(patch.id);
  const repeated = isApprovedSinceFound(entries, { by: actor, base, effect });
  const event = { type: 'approved', by: actor, base, effect } as const;
  const approved = repeated ? patch : await recordAct(needs, { ...APPROVING, id: patch.id, actor, event });
  const standing = await standingOf(needs, { patch: approved, paths, rules });
  return {
    ...{ patch: await released(needs, approved, actor), by: actor, base, effect, repeated },
    paths: paths.map(({ path }) => legible(path)),
    wanting: standing.kind === 'wanting' ? standing.detail : null,
  };
}

/** Nobody has vouched for what came after they looked. @throws GhostError approval_outdated */
function requireSeen({ id }: Patch, seen: Partial<Approvable>, now: Approvable): void {
  const isSame =
    (seen.base === undefined || seen.base === now.base) &&
    (seen.effect === undefined || seen.effect === now.effect);
  if (!isSame) throw fail('approval_outdated', { id, ...now });
}

/** One whose approver died before this is released by its runner. */
async function released(needs: ApproveNeeds, patch: Patch, actor: string): Promise<Patch> {
  const { state } = patch;
  if (state.name !== 'held') return patch;
  if (state.reason !== 'needs_approval' && state.reason !== 'mode_manual') return patch;
  // Whoever was first with it, it is not held any more.
  return (await recordOnce(needs, patch, { event: { type: 'released' }, actor })).patch;
}
