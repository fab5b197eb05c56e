import type { CommitId } from '../core/git.ts';
import type { PatchId } from '../core/patch/id.ts';
import { type Patch, takenOffIn } from '../core/patch/patch.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';

const PAGE = 500;

/**
 * Landed patches that the branch does not have any more and that nobody was told of, in the order of their acceptance. Every commit
 * of the branch counts, also what was merged into it under another parent.
 */
export async function patchesTakenOff(
  { ledger }: Pick<Needs, 'ledger'>,
  { workspace, open }: Pick<Holding, 'workspace' | 'open'>,
): Promise<readonly PatchId[]> {
  const onBranch = new Set<CommitId>();
  for await (const { id, patch } of open.history.since(null)) if (patch !== null) onBranch.add(id);
  const gone: PatchId[] = [];
  for (let before: number | undefined; ; ) {
    const page = await ledger.list({
      ...{ workspace: workspace.name, states: ['landed'], limit: PAGE },
      ...(before === undefined ? {} : { before }),
    });
    for (const patch of page.toReversed()) if (await isGone(patch, { open, onBranch })) gone.push(patch.id);
    before = page[0]?.seq;
    if (page.length < PAGE || before === undefined) return gone.reverse();
  }
}

async function isGone(
  { state }: Patch,
  { open, onBranch }: Pick<Holding, 'open'> & { readonly onBranch: ReadonlySet<CommitId> },
): Promise<boolean> {
  if (state.name !== 'landed' || takenOffIn(state) !== null) return false;
  const { commit } = state.intent;
  return !onBranch.has(commit) && !(await open.history.holds(commit));
}
