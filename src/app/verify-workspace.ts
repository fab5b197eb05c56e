import type { CommitId } from '../core/git.ts';
import { isPatchId } from '../core/patch/id.ts';
import type { Intent, Patch } from '../core/patch/patch.ts';
import type { History, HistoryCommit } from '../ports/repository.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import type { Needs } from './needs.ts';
import { type VerifiedPatches, verifyPatches } from './verify-patches.ts';

export interface VerifyReport {
  readonly ok: boolean;
  readonly workspace: string;
  /** Landed patches in the ledger. */
  readonly landed: number;
  /** Commits with a Ghost-Patch trailer on the branch. */
  readonly commits: number;
  /** Those of them whose landing is written down as begun and not yet as done. */
  readonly landing: number;
  /** Commits that name patches of others: of another workspace of this ledger, or from before this one's first landing. */
  readonly others: number;
  readonly problems: readonly string[];
}

/**
 * Holds ledger, chain and branch against each other: every patch is what its chain tells, every landed patch has its
 * one commit on the branch, and every commit that names a patch its `patch.landed` entry. It may run while the service
 * works: the branch is read before the ledger, which has each step before the branch shows it.
 * @throws GhostError workspace_unknown
 */
export async function verifyWorkspace(
  needs: Pick<Needs, 'workspaces' | 'ledger' | 'chains' | 'repositories'>,
  name: string,
): Promise<VerifyReport> {
  const workspace = await chooseWorkspace(needs, name);
  const open = await needs.repositories.open(workspace);
  try {
    const direct = (await open.history.since(null)).filter(({ patch }) => patch !== null);
    const verified = await verifyPatches(needs, name);
    const landed = verified.patches.flatMap(landingOf);
    const merged = await mergedCommits(open.history, landed, direct);
    const commits = [...direct, ...merged];
    const begun = new Map(verified.patches.flatMap(begunLandingOf));
    const underWay = new Set(direct.filter((commit) => isUnderWay(commit, begun.get(commit.id))));
    const own = new Set([...landed.map(({ intent }) => intent.commit), ...begun.keys()]);
    const others = new Set([...beforeFirst(direct, own), ...(await landedElsewhere(needs, direct, own))]);
    const problems = [
      ...verified.problems,
      ...missingCommits(landed, commits),
      ...unknownCommits(
        commits.filter((commit) => !underWay.has(commit) && !others.has(commit)),
        landed,
        verified,
      ),
      ...brokenNumbers(landed),
    ];
    return {
      ok: problems.length === 0,
      workspace: name,
      landed: landed.length,
      commits: commits.length - others.size,
      landing: underWay.size,
      others: others.size,
      problems,
    };
  } finally {
    await open.repository.close();
  }
}

interface Landing {
  readonly id: string;
  readonly intent: Intent;
}

function landingOf({ id, state }: Patch): Landing[] {
  return state.name === 'landed' ? [{ id, intent: state.intent }] : [];
}

/** What stood on the branch before this workspace landed anything was landed by whoever had it then. */
function beforeFirst(direct: readonly HistoryCommit[], own: ReadonlySet<CommitId>): readonly HistoryCommit[] {
  const first = direct.findIndex(({ id }) => own.has(id));
  return first === -1 && own.size > 0 ? [] : direct.slice(0, first === -1 ? direct.length : first);
}

/** The same branch may have been another workspace's in between: `ghost apply` has one of its own. */
async function landedElsewhere(
  needs: Pick<Needs, 'ledger'>,
  direct: readonly HistoryCommit[],
  own: ReadonlySet<CommitId>,
): Promise<readonly HistoryCommit[]> {
  const elsewhere: HistoryCommit[] = [];
  for (const commit of direct) {
    if (own.has(commit.id) || commit.patch === null || !isPatchId(commit.patch)) continue;
    const patch = await needs.ledger.find(commit.patch);
    if (patch?.state.name === 'landed' && patch.state.intent.commit === commit.id) elsewhere.push(commit);
  }
  return elsewhere;
}

/** Landed commits that a person's merge brought under another parent, or that came after the branch was read. */
async function mergedCommits(
  history: History,
  landed: readonly Landing[],
  direct: readonly HistoryCommit[],
): Promise<readonly HistoryCommit[]> {
  const known = new Set(direct.map(({ id }) => id));
  const merged: HistoryCommit[] = [];
  for (const { intent } of landed) {
    if (known.has(intent.commit) || !(await history.holds(intent.commit))) continue;
    const commit = await history.commit(intent.commit);
    if (commit !== null) merged.push(commit);
  }
  return merged;
}

function begunLandingOf({ id, state }: Patch): [CommitId, Landing][] {
  return state.name === 'landing' ? [[state.intent.commit, { id, intent: state.intent }]] : [];
}

/** Between the move of the branch and the entry that confirms it. */
function isUnderWay(commit: HistoryCommit, begun: Landing | undefined): boolean {
  return begun !== undefined && differencesOf(commit, begun).length === 0;
}

function missingCommits(landed: readonly Landing[], commits: readonly HistoryCommit[]): string[] {
  const byId = new Map(commits.map((commit) => [commit.id, commit]));
  return landed.flatMap((landing) => {
    const { commit } = landing.intent;
    const found = byId.get(commit);
    if (found === undefined) return [`${landing.id} is landed as ${commit}, which is not on the branch`];
    return differencesOf(found, landing).map((difference) => `${commit} has ${difference}`);
  });
}

function differencesOf(found: HistoryCommit, { id, intent }: Landing): string[] {
  const { tree, base, landingSeq } = intent;
  return [
    found.tree === tree ? null : `tree ${found.tree}, recorded ${tree}`,
    found.parent === base ? null : `parent ${found.parent ?? 'none'}, recorded ${base}`,
    found.patch === id ? null : `trailer Ghost-Patch ${found.patch}, recorded ${id}`,
    found.landingSeq === landingSeq ? null : `trailer Ghost-Seq ${found.landingSeq}, recorded ${landingSeq}`,
  ].filter((difference) => difference !== null);
}

/** A chain that was cut off together with the ledger is betrayed here: the trailers of the commits are still there. */
function unknownCommits(
  commits: readonly HistoryCommit[],
  landed: readonly Landing[],
  verified: VerifiedPatches,
): string[] {
  const recorded = new Set(landed.map(({ intent }) => intent.commit));
  return commits.flatMap(({ id, patch }) => {
    if (!recorded.has(id))
      return [`commit ${id} names ${patch}, which the ledger does not have as landed there`];
    return patch !== null && verified.landed.has(patch)
      ? []
      : [`commit ${id} names ${patch}, whose chain has no patch.landed`];
  });
}

function brokenNumbers(landed: readonly Landing[]): string[] {
  const numbers = landed.map(({ intent }) => intent.landingSeq).sort((a, b) => a - b);
  const wrong = numbers.findIndex((number, index) => number !== index + 1);
  return wrong === -1
    ? []
    : [`landing numbers have a gap or a repetition: expected ${wrong + 1}, found ${numbers[wrong]}`];
}
