import { isGranted } from '../change/apply/grants.ts';
import { legible } from '../change/bytes.ts';
import { whySensitive } from '../change/paths/sensitive-paths.ts';
import { type Sha256, sha256 } from '../digest.ts';
import type { CommitId, Path, TreeId } from '../git.ts';
import { canonicalJson } from '../json.ts';
import type { Entry } from '../ledger/entry.ts';
import type { Patch, PathDigest } from '../patch/patch.ts';
import type { PatchEvent } from '../patch/transition.ts';
import { type ApprovalRule, askedBy } from './approval-rules.ts';
import type { Verdict } from './verdict.ts';

/**
 * What a patch does to a tree, as one digest: every path with its content before and after. An approval names it, so that
 * it falls by itself once the patch would do anything else, or do it to anything else.
 */
export function effectOf(paths: readonly PathDigest[]): Sha256 {
  const ordered = paths.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return sha256(canonicalJson(ordered.map(({ path, before, after }) => ({ path, before, after }))));
}

/** What one person has vouched for. */
export interface Approval {
  readonly by: string;
  readonly base: CommitId;
  readonly effect: Sha256;
}

/** In the order in which they were given. */
export function approvalsIn(entries: readonly Entry[]): readonly Approval[] {
  return entries
    .filter(({ type }) => type === 'patch.approved')
    .map(({ data }) => data as Extract<PatchEvent, { type: 'approved' }>)
    .map(({ by, base, effect }) => ({ by, base, effect }));
}

/**
 * Whether somebody else has accepted what checks found: on this base, and after they had found it on exactly this tree.
 * Whoever approved before there was anything to look at, or on another base, has not seen it.
 */
export function acceptsFindings(
  entries: readonly Entry[],
  now: { readonly base: CommitId; readonly tree: TreeId; readonly authors: readonly string[] },
): boolean {
  const found = entries.findLastIndex(
    ({ type, data }) =>
      type === 'patch.checked' && (data as { tree?: TreeId }).tree === now.tree && asksPeople(data),
  );
  if (found < 0) return false;
  return approvalsIn(entries.slice(found)).some(
    ({ by, base }) => base === now.base && !now.authors.includes(by),
  );
}

/** Whether somebody has approved exactly this, and no check has asked about anything since. */
export function isApprovedSinceFound(entries: readonly Entry[], approval: Approval): boolean {
  const found = entries.findLastIndex(({ type, data }) => type === 'patch.checked' && asksPeople(data));
  return approvalsIn(entries.slice(found + 1)).some(
    ({ by, base, effect }) => by === approval.by && base === approval.base && effect === approval.effect,
  );
}

function asksPeople(data: Entry['data']): boolean {
  const { verdicts } = data as unknown as { readonly verdicts: readonly Verdict[] };
  return verdicts.some(({ approval }) => approval === 'needed');
}

/** One reason why people are asked. */
interface ApprovalNeed {
  readonly count: number;
  /** Completes "needs an approval ...": `by rule payments, for src/pay/a.ts`. */
  readonly why: string;
  readonly paths: readonly Path[];
}

/** All that asks for approvals of a patch which touches these paths: the rules, and each sensitive path that nobody granted. */
export function approvalNeeds(
  patch: Pick<Patch, 'author' | 'workspace' | 'terms'>,
  touched: readonly Path[],
  rules: { readonly approvals: readonly ApprovalRule[]; readonly allowPaths: readonly string[] },
): readonly ApprovalNeed[] {
  const asked = rules.approvals.flatMap((rule) => {
    const paths = askedBy(rule, patch, touched);
    if (paths === null) return [];
    const about = paths.length === 0 ? '' : `, for ${sayPaths(paths)}`;
    return [{ count: rule.count, why: `by rule ${rule.name}${about}`, paths }];
  });
  const sensitive = touched.flatMap((path) => {
    const why = isGranted(path, rules.allowPaths) ? null : whySensitive(path);
    return why === null
      ? []
      : [{ count: 1, why: `as ${legible(path)} is sensitive (${why})`, paths: [path] }];
  });
  return [...asked, ...sensitive];
}

export type ApprovalStanding =
  /** As many as are asked for, and at least one. */
  | { readonly kind: 'given'; readonly by: readonly string[] }
  /** Nobody is asked, and nobody has approved it. */
  | { readonly kind: 'not-asked' }
  | { readonly kind: 'wanting'; readonly paths: readonly Path[]; readonly detail: string };

/**
 * How the approvals of a patch stand for what it does now. Those of its authors count for nothing, and a person's count
 * once.
 */
export function approvalStanding(
  needs: readonly ApprovalNeed[],
  approvals: readonly Approval[],
  now: { readonly effect: Sha256; readonly authors: readonly string[] },
): ApprovalStanding {
  const others = approvals.filter(({ by }) => !now.authors.includes(by));
  const by = [...new Set(others.filter(({ effect }) => effect === now.effect).map((one) => one.by))];
  const wanting = needs.filter(({ count }) => count > by.length);
  if (wanting.length === 0) return by.length === 0 ? { kind: 'not-asked' } : { kind: 'given', by };
  const fallen = [...new Map(others.map((one) => [one.by, one])).values()].filter(
    (one) => !by.includes(one.by),
  );
  return {
    kind: 'wanting',
    paths: [...new Set(wanting.flatMap(({ paths }) => paths))],
    detail: [
      ...wanting.slice(0, MOST_SAID).map(({ count, why }) => `needs ${sayCount(count)} ${why}`),
      ...(wanting.length > MOST_SAID ? [`and ${wanting.length - MOST_SAID} more reasons`] : []),
      by.length === 0 ? 'has none' : `has ${by.length}, of ${by.join(', ')}`,
      ...fallen.map((one) => `that of ${one.by} fell: on ${short(one.base)} the patch did something else`),
    ].join('; '),
  };
}

/** More paths and reasons than this are counted. */
const MOST_SAID = 3;

function sayPaths(paths: readonly Path[]): string {
  const said = paths.slice(0, MOST_SAID).map(legible).join(', ');
  return paths.length > MOST_SAID ? `${said} and ${paths.length - MOST_SAID} more` : said;
}

function sayCount(count: number): string {
  return count === 1 ? 'an approval' : `${count} approvals`;
}

function short(commit: CommitId): string {
  return commit.slice(0, 12);
}

/**
 * What an approver is asked about a gate that failed, in words; null where it did not fail, or for more than an approver
 * may accept.
 */
export function wantedApproval(verdicts: readonly Verdict[]): string | null {
  const stopped = verdicts.filter(({ verdict }) => verdict !== 'pass');
  if (stopped.length === 0 || stopped.some((one) => one.verdict === 'error' || one.approval !== 'needed'))
    return null;
  const said = stopped.map(({ check, detail }) => `check ${check}${detail === null ? '' : ` (${detail})`}`);
  return `needs an approval of what was found by ${said.join(', ')}`;
}
