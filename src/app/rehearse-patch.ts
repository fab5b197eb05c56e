import { legible } from '../core/change/bytes.ts';
import type { Fit, Format } from '../core/change/change.ts';
import type { CommitId } from '../core/git.ts';
import type { MergeRule } from '../core/patch/patch.ts';
import { type RepairRequest, repairRequest } from '../core/patch/repair-request.ts';
import type { Workspace } from '../core/workspace.ts';
import { gateProblemAt } from './gate-problem.ts';
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
      ...{ allowPaths: rules.allowPaths, loosest: rules.loosestRung },
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
      notes: fitted.notes,
      ungated: await gateProblemAt(needs, open.repository, { base: base.tree, rules }),
    };
  } finally {
    await open.repository.close();
  }
}
