import type { Patch } from '../../../../src/core/patch/patch.ts';
import type { HistoryCommit } from '../../../../src/ports/repository.ts';
import type { LineHistory } from '../line-history.ts';
import type { Telling } from '../telling.ts';

/** G2: a landed patch has one commit, any other patch has none, and no commit names a patch that nobody accepted. */
export function notExactlyOnce(history: LineHistory, telling: Telling): readonly string[] {
  const byPatch = Map.groupBy(history.branch, ({ patch }) => patch);
  const excused = acceptedLandings(telling);
  const known = new Set<string>(history.patches.map(({ id }) => id));
  return [
    ...history.patches.flatMap((patch) => wrongCommits(patch, byPatch.get(patch.id) ?? [], excused)),
    ...history.branch.flatMap(({ id, patch }) =>
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

/** Up to which landing an operator took the branch as it was. */
function acceptedLandings({ lines }: Telling): number {
  const accepted = lines.findLast(({ entry }) => entry.type === 'workspace.tip_accepted');
  return accepted === undefined ? 0 : (accepted.entry.data as unknown as { landings: number }).landings;
}

function repeated(ids: readonly string[]): readonly string[] {
  return [...Map.groupBy(ids, (id) => id)].filter(([, all]) => all.length > 1).map(([id]) => id);
}
