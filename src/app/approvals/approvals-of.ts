import {
  type Approval,
  type ApprovalStanding,
  approvalNeeds,
  approvalStanding,
  approvalsIn,
  effectOf,
} from '../../core/gate/approvals.ts';
import type { Lineage, Patch, PathDigest } from '../../core/patch/patch.ts';
import type { PolicyRules } from '../../ports/policy.ts';
import type { Needs } from '../needs.ts';

type ApprovalReads = Pick<Needs, 'chains' | 'ledger'>;

/** How approvals stand for what a patch does, by the rules of the moment. */
export async function standingOf(
  needs: ApprovalReads,
  {
    patch,
    paths,
    rules,
  }: { readonly patch: Patch; readonly paths: readonly PathDigest[]; readonly rules: PolicyRules },
): Promise<ApprovalStanding> {
  const asked = approvalNeeds(
    patch,
    paths.map(({ path }) => path),
    rules,
  );
  const { approvals, authors } = await approvalsOf(needs, patch);
  return approvalStanding(asked, approvals, { effect: effectOf(paths), authors });
}

/** Whether somebody who may has approved a patch at all, be it what it does now or not. */
export async function isApproved(needs: ApprovalReads, patch: Patch): Promise<boolean> {
  const { approvals, authors } = await approvalsOf(needs, patch);
  return approvals.some(({ by }) => !authors.includes(by));
}

export async function approvalsOf(
  needs: ApprovalReads,
  patch: Patch,
): Promise<{ readonly approvals: readonly Approval[]; readonly authors: readonly string[] }> {
  const approvals = approvalsIn(await needs.chains.entriesAbout(patch.id));
  // Most patches are approved by nobody, and whose they are does not matter then.
  return { approvals, authors: approvals.length === 0 ? [] : await authorsOf(needs, patch) };
}

/** A row of attempts is finite, and nobody makes a long one by hand. */
const MOST_ATTEMPTS = 100;

/** Whoever submitted a patch, and whoever wrote what it tries again: to none of them it is somebody else's. */
export async function authorsOf(needs: Pick<Needs, 'ledger'>, patch: Patch): Promise<readonly string[]> {
  const authors = new Set<string>();
  let one: Patch | null = patch;
  for (let left = MOST_ATTEMPTS; one !== null && left > 0; left -= 1) {
    authors.add(one.author);
    one = isTriedAgain(one.lineage) ? await needs.ledger.find(one.lineage.patch) : null;
  }
  return [...authors];
}

/** A repair may be the same text with a blank more: it is still that of the one who wrote it. */
function isTriedAgain(lineage: Lineage | null): lineage is Exclude<Lineage, { kind: 'reverts' }> {
  return lineage?.kind === 'retries' || lineage?.kind === 'repairs';
}
