import { EVERY_PATH } from '../../core/change/apply/grants.ts';
import type { Path } from '../../core/git.ts';
import type { HoldReason } from '../../core/patch/reason.ts';
import { type Orders, whyHeld } from '../../core/queue/orders.ts';
import { isOneShot, type Workspace } from '../../core/workspace.ts';
import type { PolicyRules } from '../../ports/policy.ts';
import type { Needs } from '../needs.ts';
import { standingOf } from './approvals-of.ts';

type Approved =
  | { readonly kind: 'approved'; readonly approval: 'given' | 'none' }
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
  return hold === null
    ? { kind: 'approved', approval: approved ? 'given' : 'none' }
    : { kind: 'waiting', paths: [], ...hold };
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
