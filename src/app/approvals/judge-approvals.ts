import { EVERY_PATH } from '../../core/change/apply/grants.ts';
import { acceptsFindings } from '../../core/gate/approvals.ts';
import type { CommitId, Path, TreeId } from '../../core/git.ts';
import type { Patch } from '../../core/patch/patch.ts';
import type { HoldReason } from '../../core/patch/reason.ts';
import { type Orders, whyHeld } from '../../core/queue/orders.ts';
import { isOneShot, type Workspace } from '../../core/workspace.ts';
import type { PolicyRules } from '../../ports/policy.ts';
import type { Needs } from '../needs.ts';
import { authorsOf, standingOf } from './approvals-of.ts';

type Approved =
  | { readonly kind: 'approved'; readonly byPeople: boolean }
  | {
      readonly kind: 'waiting';
      readonly reason: HoldReason;
      readonly paths: readonly Path[];
      readonly detail: string;
    };

/** Whether people have approved exactly what a patch does on its base, as far as rules or the mode ask them to. */
export async function judgeApprovals(
  needs: Pick<Needs, 'chains' | 'ledger'>,
  orders: Orders,
  asked: Parameters<typeof standingOf>[1],
): Promise<Approved> {
  const standing = await standingOf(needs, asked);
  if (standing.kind === 'wanting') return { ...standing, kind: 'waiting', reason: 'needs_approval' };
  const approved = standing.kind === 'given';
  const hold = whyHeld(orders, asked.patch, { moment: 'beginning', approved });
  return hold === null ? { kind: 'approved', byPeople: approved } : { kind: 'waiting', paths: [], ...hold };
}

/** Whether somebody has accepted what checks found on exactly this tree; asked only where the patch is approved at all. */
export async function judgeFindings(
  needs: Pick<Needs, 'chains' | 'ledger'>,
  { patch, base, tree }: { readonly patch: Patch; readonly base: CommitId; readonly tree: TreeId },
): Promise<'given' | 'none'> {
  const [entries, authors] = await Promise.all([
    needs.chains.entriesAbout(patch.id),
    authorsOf(needs, patch),
  ]);
  return acceptsFindings(entries, { base, tree, authors }) ? 'given' : 'none';
}

/**
 * Which sensitive paths the matcher lets through: where people can be asked, all of them, as they are asked instead.
 * Nobody can approve what a single run lands, so that there the policy alone grants.
 */
export function grantedAt(
  workspace: Pick<Workspace, 'name' | 'addedBy'>,
  { allowPaths }: Pick<PolicyRules, 'allowPaths'>,
): readonly string[] {
  return isOneShot(workspace) ? allowPaths : EVERY_PATH;
}
