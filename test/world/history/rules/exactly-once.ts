import type { Patch } from '../../../../src/core/patch/patch.ts';
import type { HistoryCommit } from '../../../../src/ports/repository.ts';
import type { LineHistory } from '../line-history.ts';
import type { Telling } from '../telling.ts';

/** G2: a landed patch has one commit, any other patch has none, and no commit names a patch that nobody accepted. */
export function notExactlyOnce(history: LineHistory, telling: Telling): readonly string[] {
  const byPatch = Map.groupBy(history.branch, ({ patch }) => patch);
  const { tip, landings } = baselineOf(telling);
  const known = new Set<string>(history.patches.map(({ id }) => id));
  const answered = history.branch.slice(history.branch.findIndex(({ id }) => id === tip) + 1);
  return [
    ...history.patches.flatMap((patch) => wrongCommits(patch, byPatch.get(patch.id) ?? [], landings)),
    ...answered.flatMap(({ id, patch }) =>
      patch === null || known.has(patch) ? [] : [`commit ${id} names ${patch}, which is not in the ledger`],
    ),
    ...repeated(history.branch.map(({ id }) => id)).map((id) => `commit ${id} is on the branch twice`),
  ];
}

function wrongCommits({ id, state }: Patch, commits: readonly HistoryCommit[], excused: number): string[] {
  const names = commits.map((commit) => commit.id).join(', ');
  if (state.name !== 'landed')
    return commits.length === 0 ? [] : [`${id} is ${state.name}, and ${names} names it on the branch`];
  const { commit, landingSeq } = state.intent;
  if (commits.length === 0 && landingSeq <= excused) return [];
  if (commits.length === 0) return [`${id} is landed as ${commit}, which is not on the branch`];
  if (commits.length > 1) return [`${id} is on the branch ${commits.length} times: ${names}`];
  return commits[0]?.id === commit
    ? []
    : [`${id} is landed as ${commit}, and stands on the branch as ${names}`];
}

/** The tip and the landings that were taken as they were: when the workspace was added, or by an operator later. */
function baselineOf({ lines }: Telling): { readonly tip: string | null; readonly landings: number } {
  let baseline = { tip: null as string | null, landings: 0 };
  for (const { entry } of lines) {
    const data = entry.data as { readonly baseline?: typeof baseline } & typeof baseline;
    if (entry.type === 'workspace.added' && data.baseline) baseline = data.baseline;
    if (entry.type === 'workspace.tip_accepted') baseline = data;
  }
  return baseline;
}

function repeated(ids: readonly string[]): readonly string[] {
  return [...Map.groupBy(ids, (id) => id)].filter(([, all]) => all.length > 1).map(([id]) => id);
}
