import type { Patch } from '../core/patch/patch.ts';
import type { HistoryCommit } from '../ports/repository.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import type { Needs } from './needs.ts';

export interface VerifyReport {
  readonly ok: boolean;
  readonly workspace: string;
  /** Landed patches in the ledger. */
  readonly landed: number;
  /** Commits with a Ghost-Patch trailer on the branch. */
  readonly commits: number;
  readonly problems: readonly string[];
}

const PAGE = 1_000;

/** Holds ledger and branch against each other: every landed patch has its one commit there, and the reverse. @throws GhostError workspace_unknown */
export async function verifyWorkspace(
  needs: Pick<Needs, 'workspaces' | 'ledger' | 'repositories'>,
  name: string,
): Promise<VerifyReport> {
  const workspace = await chooseWorkspace(needs, name);
  const landed = await landedPatches(needs, name);
  const open = await needs.repositories.open(workspace);
  try {
    const commits = (await open.history.since(null)).filter(({ patch }) => patch !== null);
    const problems = [
      ...missingCommits(landed, commits),
      ...unknownCommits(landed, commits),
      ...brokenNumbers(landed),
    ];
    return {
      ok: problems.length === 0,
      workspace: name,
      landed: landed.length,
      commits: commits.length,
      problems,
    };
  } finally {
    await open.repository.close();
  }
}

async function landedPatches(needs: Pick<Needs, 'ledger'>, workspace: string): Promise<readonly Patch[]> {
  const all: Patch[] = [];
  for (let before: number | undefined; ; ) {
    const page = await needs.ledger.list({
      workspace,
      states: ['landed'],
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
    });
    all.unshift(...page);
    before = page[0]?.seq;
    if (page.length < PAGE || before === undefined) return all;
  }
}

function missingCommits(landed: readonly Patch[], commits: readonly HistoryCommit[]): string[] {
  const byId = new Map(commits.map((commit) => [commit.id, commit]));
  return landed.flatMap((patch) => {
    if (patch.state.name !== 'landed') return [];
    const { commit, tree, base, landingSeq } = patch.state.intent;
    const found = byId.get(commit);
    if (found === undefined) return [`${patch.id} is landed as ${commit}, which is not on the branch`];
    const differences = [
      found.tree === tree ? null : `tree ${found.tree}, recorded ${tree}`,
      found.parent === base ? null : `parent ${found.parent ?? 'none'}, recorded ${base}`,
      found.patch === patch.id ? null : `trailer Ghost-Patch ${found.patch}, recorded ${patch.id}`,
      found.landingSeq === landingSeq
        ? null
        : `trailer Ghost-Seq ${found.landingSeq}, recorded ${landingSeq}`,
    ];
    return differences
      .filter((difference) => difference !== null)
      .map((difference) => `${commit} has ${difference}`);
  });
}

function unknownCommits(landed: readonly Patch[], commits: readonly HistoryCommit[]): string[] {
  const recorded = new Set(landed.map(({ state }) => (state.name === 'landed' ? state.intent.commit : null)));
  return commits
    .filter(({ id }) => !recorded.has(id))
    .map(({ id, patch }) => `commit ${id} names ${patch}, which the ledger does not have as landed there`);
}

function brokenNumbers(landed: readonly Patch[]): string[] {
  const numbers = landed
    .flatMap(({ state }) => (state.name === 'landed' ? [state.intent.landingSeq] : []))
    .sort((a, b) => a - b);
  const wrong = numbers.findIndex((number, index) => number !== index + 1);
  return wrong === -1
    ? []
    : [`landing numbers have a gap or a repetition: expected ${wrong + 1}, found ${numbers[wrong]}`];
}
