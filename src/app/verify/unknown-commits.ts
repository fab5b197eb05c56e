import type { CommitId } from '../../core/git.ts';
import { isPatchId } from '../../core/patch/id.ts';
import type { Intent } from '../../core/patch/patch.ts';
import { answersFor, type Baseline } from '../../core/workspace.ts';
import type { History, HistoryCommit } from '../../ports/repository.ts';
import type { Holding } from '../holding.ts';
import type { Needs } from '../needs.ts';

type Line = Pick<Holding, 'workspace' | 'open'>;

/**
 * Commits of the branch that name a patch and that this ledger does not have as that patch's landing. Somebody landed
 * them with a newer copy of this ledger or with another one, or copied a trailer by hand. Looked for since what this
 * ledger answers for last, so that it costs nothing where nobody else has moved the branch.
 * @throws GhostError branch_gone
 */
export async function unknownCommits(
  needs: Pick<Needs, 'ledger'>,
  { workspace, open }: Line,
): Promise<readonly HistoryCommit[]> {
  const { lastLanded } = await needs.ledger.line(workspace.name);
  const last = lastLanded?.state.name === 'landed' ? lastLanded.state.intent : null;
  const { baseline } = workspace;
  const { commit: tip } = await open.repository.tip();
  if (tip === last?.commit || tip === baseline?.tip || (last === null && baseline === null)) return [];
  const from = await answeredUpTo(open.history, { last, baseline });
  const unknown: HistoryCommit[] = [];
  for await (const commit of open.history.since(from)) {
    if (!(await isKnown(needs, commit))) unknown.push(commit);
  }
  return unknown;
}

/** The later of the two. Null when neither is in the repository any more: then all of the branch is looked at. */
async function answeredUpTo(
  history: History,
  { last, baseline }: { readonly last: Intent | null; readonly baseline: Baseline | null },
): Promise<CommitId | null> {
  const tip = baseline && (await history.commit(baseline.tip)) ? baseline.tip : null;
  if (last === null || !(await history.commit(last.commit))) return tip;
  if (tip === null) return last.commit;
  if (!answersFor({ baseline }, last.landingSeq)) return tip;
  return (await history.isAncestor(last.commit, tip)) ? tip : last.commit;
}

async function isKnown({ ledger }: Pick<Needs, 'ledger'>, { id, patch }: HistoryCommit): Promise<boolean> {
  if (patch === null) return true;
  const state = isPatchId(patch) ? (await ledger.find(patch))?.state : undefined;
  return (state?.name === 'landed' || state?.name === 'landing') && state.intent.commit === id;
}
