import { legible } from '../core/change/bytes.ts';
import type { Format, Rung } from '../core/change/change.ts';
import { explainFaults } from '../core/change/faults/explain.ts';
import { type LegibleFault, legibleFault } from '../core/change/faults/legible-fault.ts';
import type { CommitId } from '../core/git.ts';
import type { Workspace } from '../core/workspace.ts';
import { applyToTip } from './apply-change.ts';
import type { Needs } from './needs.ts';

export type Rehearsal =
  | {
      readonly kind: 'fits';
      readonly base: CommitId;
      readonly files: readonly { readonly path: string; readonly rung: Rung | null }[];
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'faulty';
      readonly faults: readonly LegibleFault[] /** Ready for the author. */;
      readonly text: string;
    };

/** Applies a patch in memory to the tip of the moment and tells every fault at once. Writes nothing anywhere. */
export async function rehearsePatch(
  needs: Pick<Needs, 'repositories' | 'policy'>,
  request: { readonly workspace: Workspace; readonly body: Uint8Array; readonly format: Format | null },
): Promise<Rehearsal> {
  const open = await needs.repositories.open(request.workspace);
  try {
    const base = await open.repository.tip();
    const { allowPaths } = await needs.policy.rulesFor(request.workspace.name);
    const fitted = await applyToTip(open.repository, base, {
      body: request.body,
      format: request.format,
      allowPaths,
    });
    if (fitted.kind === 'faulty')
      return { kind: 'faulty', faults: fitted.faults.map(legibleFault), text: explainFaults(fitted.faults) };
    const rungs = new Map(fitted.rungs.map(({ path, rung }) => [path, rung]));
    return {
      kind: 'fits',
      base: base.commit,
      files: fitted.files.map(({ path }) => ({ path: legible(path), rung: rungs.get(path) ?? null })),
      notes: fitted.change.notes,
    };
  } finally {
    await open.repository.close();
  }
}
