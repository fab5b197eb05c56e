import type { CommitId } from '../core/git.ts';
import type { Entry } from '../core/ledger/entry.ts';
import { isPatchId } from '../core/patch/id.ts';
import type { Patch } from '../core/patch/patch.ts';
import { answersFor, type Workspace } from '../core/workspace.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';
import { ProblemList } from './problem-list.ts';
import { replayLanding } from './replay-landing.ts';
import { type BranchRead, readBranch } from './verify-branch.ts';
import { landingOf, verifyLanding } from './verify-landing.ts';
import { verifyPatches } from './verify-patches.ts';

export interface VerifyReport {
  readonly ok: boolean;
  readonly workspace: string;
  /** Landed patches in the ledger. */
  readonly landed: number;
  /** Commits with a Ghost-Patch trailer on the branch. */
  readonly commits: number;
  /** Those of them whose landing is written down as begun and not yet as done. */
  readonly landing: number;
  /**
   * Commits that name patches of others: of another workspace of this ledger, from before this one's first landing, or
   * from before the tip that an operator accepted.
   */
  readonly others: number;
  /** Landings whose tree and paths were computed again from the patch's text. */
  readonly replayed: number;
  readonly problems: readonly string[];
  /** What is as it is because somebody decided so. */
  readonly notes: readonly string[];
}

export interface VerifyOptions {
  /** `none` believes the recorded tree of each landing; the others are those from this landing number on. */
  readonly replay: 'none' | { readonly from: number };
  /** Told after each landing. */
  readonly progress: (verified: number) => void;
}

const ALL: VerifyOptions = { replay: { from: 1 }, progress: () => undefined };

type VerifyNeeds = Pick<Needs, 'workspaces' | 'ledger' | 'chains' | 'repositories' | 'changes'>;

/**
 * Holds ledger, chain and branch against each other: every patch is what its chain tells, every landed patch has its
 * one commit on the branch, whose tree its text gives again, and every commit that names a patch has its `patch.landed`
 * entry. It may run while the service works: the branch is read before the ledger, which has each step before the
 * branch shows it.
 * @throws GhostError workspace_unknown, branch_gone
 */
export async function verifyWorkspace(
  needs: VerifyNeeds,
  name: string,
  options: VerifyOptions = ALL,
): Promise<VerifyReport> {
  const workspace = await chooseWorkspace(needs, name);
  const open = await needs.repositories.open(workspace);
  try {
    return await verify(needs, { workspace, open }, options);
  } finally {
    await open.repository.close();
  }
}

/** What is kept of all landings while they go by: a number each, and the id of the commit, which `places` has anyway. */
interface Seen {
  readonly problems: ProblemList;
  /** Commits of the branch that are landings of this ledger. */
  readonly answered: Set<CommitId>;
  /** Commits of landings that are under way, as they were written down. */
  readonly begun: Set<CommitId>;
  readonly numbers: number[];
  readonly acceptances: Entry[];
  readonly gone: number[];
  merged: number;
  replayed: number;
}

async function verify(
  needs: VerifyNeeds,
  place: Pick<Holding, 'workspace' | 'open'>,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const { workspace, open } = place;
  const branch = await readBranch(open.history, workspace.baseline);
  const seen: Seen = {
    ...{ problems: new ProblemList(MOST_PROBLEMS), answered: new Set(), begun: new Set(), numbers: [] },
    ...{ acceptances: [], gone: [], merged: 0, replayed: 0 },
  };
  const { problems } = seen;
  problems.add(...branch.problems);
  await verifyPatches(needs, workspace.name, {
    patch: (patch, entries) => verifyOne(needs, { ...place, branch, options, seen }, { patch, entries }),
    entry: (entry) => void (entry.type === 'workspace.tip_accepted' && seen.acceptances.push(entry)),
    problem: (problem) => problems.add(problem),
  });
  const judged = await judgeCommits(needs, { branch, seen, open });
  problems.add(...brokenNumbers(seen.numbers));
  return {
    ok: problems.count === 0,
    workspace: workspace.name,
    landed: seen.numbers.length,
    commits: branch.places.size + seen.merged - judged.others,
    landing: judged.landing,
    others: judged.others,
    replayed: seen.replayed,
    problems: bounded(problems),
    notes: takenOff(workspace, seen),
  };
}

interface Verifying extends Pick<Holding, 'workspace' | 'open'> {
  readonly branch: BranchRead;
  readonly options: VerifyOptions;
  readonly seen: Seen;
}

async function verifyOne(
  needs: VerifyNeeds,
  verifying: Verifying,
  { patch, entries }: { readonly patch: Patch; readonly entries: readonly Entry[] },
): Promise<void> {
  const { options, seen, open, workspace } = verifying;
  const landing = landingOf(patch);
  if (landing === null) return;
  const { intent, id } = landing;
  if (patch.state.name === 'landing') {
    const isRight = (await verifyLanding(open.history, landing)).length === 0;
    return isRight ? void seen.begun.add(intent.commit) : undefined;
  }
  seen.numbers.push(intent.landingSeq);
  if (await isOnBranch(verifying, intent.commit)) {
    seen.problems.add(...(await verifyLanding(open.history, landing)));
    if (seen.answered.has(intent.commit) && !entries.some(({ type }) => type === 'patch.landed'))
      seen.problems.add(`commit ${intent.commit} names ${id}, whose chain has no patch.landed`);
    if (options.replay !== 'none' && intent.landingSeq >= options.replay.from) {
      seen.problems.add(...(await replayLanding(needs, verifying, { patch, intent })));
      seen.replayed += 1;
    }
  } else if (answersFor(workspace, intent.landingSeq))
    seen.problems.add(`${id} is landed as ${intent.commit}, which is not on the branch`);
  else seen.gone.push(intent.landingSeq);
  options.progress(seen.numbers.length);
}

/** A person may have merged it under another parent, or it came after the branch was read. */
async function isOnBranch({ branch, seen, open }: Verifying, commit: CommitId): Promise<boolean> {
  if (branch.places.has(commit)) seen.answered.add(commit);
  if (branch.places.has(commit) || !branch.isRead) return true;
  const isMerged = await open.history.holds(commit);
  if (isMerged) seen.merged += 1;
  return isMerged;
}

interface JudgedCommits {
  readonly others: number;
  readonly landing: number;
}

/**
 * Every commit of the branch that names a patch. A chain that was cut off together with the ledger is betrayed here:
 * the trailers of the commits are still there.
 */
async function judgeCommits(
  needs: Pick<Needs, 'ledger'>,
  { branch, seen, open }: Pick<Verifying, 'branch' | 'seen' | 'open'>,
): Promise<JudgedCommits> {
  let [others, landing] = [0, 0];
  const answerableFrom = branch.answerableFrom ?? firstOwn(branch, seen);
  for (const [id, place] of branch.places) {
    if (seen.answered.has(id)) continue;
    if (seen.begun.has(id)) landing += 1;
    else if (place < answerableFrom) others += 1;
    else {
      const patch = (await open.history.commit(id))?.patch ?? 'no patch';
      if (await isLandedElsewhere(needs, id, patch)) others += 1;
      else seen.problems.add(`commit ${id} names ${patch}, which the ledger does not have as landed there`);
    }
  }
  return { others, landing };
}

/** Where no baseline tells, what stood on the branch before this workspace landed anything is others'. */
function firstOwn({ places }: BranchRead, { answered, begun, numbers }: Seen): number {
  for (const [id, place] of places) if (answered.has(id) || begun.has(id)) return place;
  return numbers.length + begun.size > 0 ? 0 : Number.POSITIVE_INFINITY;
}

/** The same branch may have been another workspace's in between: `ghost apply` has one of its own. */
async function isLandedElsewhere(
  { ledger }: Pick<Needs, 'ledger'>,
  commit: CommitId,
  patch: string,
): Promise<boolean> {
  const found = isPatchId(patch) ? await ledger.find(patch) : null;
  return found?.state.name === 'landed' && found.state.intent.commit === commit;
}

function brokenNumbers(landed: number[]): string[] {
  const numbers = landed.sort((a, b) => a - b);
  const wrong = numbers.findIndex((number, index) => number !== index + 1);
  return wrong === -1
    ? []
    : [`landing numbers have a gap or a repetition: expected ${wrong + 1}, found ${numbers[wrong]}`];
}

/** One sentence for each time that an operator took the branch without landings that had been on it. */
function takenOff({ baseline }: Workspace, { acceptances, gone }: Seen): string[] {
  let told = 0;
  return acceptances.flatMap(({ at, actor, data }) => {
    const { landings, reason } = data as { readonly landings: number; readonly reason: string };
    const from = told;
    told = landings;
    const count = gone.filter(
      (seq) => seq > from && seq <= Math.min(landings, baseline?.landings ?? 0),
    ).length;
    if (count === 0) return [];
    const commits = count === 1 ? '1 landed commit was' : `${count} landed commits were`;
    return [
      `${commits} taken off the branch before ${new Date(at).toISOString()}, accepted by ${actor}: ${reason}`,
    ];
  });
}

/** Where everything is broken, the first of it tells enough. */
const MOST_PROBLEMS = 1_000;

function bounded(problems: ProblemList): readonly string[] {
  if (problems.count <= MOST_PROBLEMS) return problems.first();
  return [...problems.first(), `and ${problems.count - MOST_PROBLEMS} more problems`];
}
