import { legible } from '../core/change/bytes.ts';
import type { FileChange, Fit, Format } from '../core/change/change.ts';
import { approvalNeeds } from '../core/gate/approvals.ts';
import type { CommitId } from '../core/git.ts';
import type { MergeRule } from '../core/patch/patch.ts';
import { type RepairRequest, repairRequest } from '../core/patch/repair-request.ts';
import { NO_TERMS } from '../core/patch/terms.ts';
import type { Workspace } from '../core/workspace.ts';
import type { PolicyRules } from '../ports/policy.ts';
import { grantedAt } from './approvals/judge-approvals.ts';
import { gateProblemAt } from './gate/gate-problem.ts';
import type { Needs } from './needs.ts';
import { readingOf } from './reading-of.ts';

export type Rehearsal =
  | {
      readonly kind: 'fits';
      readonly base: CommitId;
      readonly files: readonly { readonly path: string; readonly fit: Fit | null }[];
      readonly notes: readonly string[];
      /** Why it would not land all the same: there is no check that can fail. Null when there is one; none was run. */
      readonly ungated: string | null;
    }
  | { readonly kind: 'faulty'; readonly repair: RepairRequest };

export interface RehearsalRequest {
  readonly workspace: Workspace;
  readonly body: Uint8Array;
  readonly format: Format | null;
  readonly merge: MergeRule;
}

/** Applies a patch in memory to the tip of the moment and tells every fault at once. Writes nothing anywhere. */
export async function rehearsePatch(
  needs: Pick<Needs, 'repositories' | 'policy' | 'yaml' | 'changes' | 'repairRounds'>,
  request: RehearsalRequest,
): Promise<Rehearsal> {
  const open = await needs.repositories.open(request.workspace);
  try {
    const base = await open.repository.tip();
    const rules = await needs.policy.rulesFor(request.workspace.name);
    const fitted = await needs.changes.fit(open, base, {
      ...{ body: request.body, merge: request.merge, text: 'new' },
      ...{ allowPaths: grantedAt(request.workspace, rules), loosest: rules.loosestRung },
      ...readingOf(request.workspace, request.format),
    });
    if (fitted.kind === 'faulty') {
      const { faults, format } = fitted;
      const attempt = { patch: null, workspace: request.workspace.name, base: base.commit, round: 0 };
      return {
        kind: 'faulty',
        repair: repairRequest({ ...attempt, format, faults, rounds: needs.repairRounds }),
      };
    }
    const fits = new Map(fitted.fits.map(({ path, fit }) => [path, fit]));
    return {
      kind: 'fits',
      base: base.commit,
      files: fitted.files.map(({ path }) => ({ path: legible(path), fit: fits.get(path) ?? null })),
      notes: [...fitted.notes, ...approvalNotes(request, fitted.files, rules)],
      ungated: await gateProblemAt(needs, open.repository, { base: base.tree, rules }),
    };
  } finally {
    await open.repository.close();
  }
}

/** Whom it would wait for; rules for single authors and phases are not looked at, as a rehearsal is nobody's. */
function approvalNotes(
  { workspace: { name: workspace } }: RehearsalRequest,
  files: readonly FileChange[],
  rules: PolicyRules,
): readonly string[] {
  const touched = files.map(({ path }) => path);
  return approvalNeeds({ workspace, author: '', terms: NO_TERMS }, touched, rules).map(
    ({ count, why }) => `it will wait for ${count === 1 ? 'an approval' : `${count} approvals`} ${why}`,
  );
}
