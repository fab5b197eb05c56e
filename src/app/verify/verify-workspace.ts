import type { CommitId } from '../../core/git.ts';
import type { Entry } from '../../core/ledger/entry.ts';
import { isPatchId } from '../../core/patch/id.ts';
import { type Patch, takenOffIn } from '../../core/patch/patch.ts';
import { chooseWorkspace } from '../choose-workspace.ts';
import type { Holding } from '../holding.ts';
import type { Needs } from '../needs.ts';
import { type AcceptedTips, acceptedTips, acceptedWith, sayAcceptance } from './accepted-tips.ts';
import { ProblemList } from './problem-list.ts';
import { type Replayed, replayLanding } from './replay-landing.ts';
import { type BranchRead, readBranch } from './verify-branch.ts';
import type { Findings, LandedPatch } from './verify-evidence.ts';
import { type Landing, landingOf, verifyLanding } from './verify-landing.ts';
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
   * Commits that name patches of others: of another workspace of this ledger, or from before this one was added or
   * landed anything.
   */
  readonly others: number;
  /** Commits that name patches which this ledger does not have as landed, and that came with a tip which was accepted. */
  readonly accepted: number;
  /**
   * Commits of the branch that name no patch. With `commits`, `others` and `accepted` that is all of its line of first
   * parents, and what was merged into it from beside.
   */
  readonly unnamed: number;
  /** Landings whose tree and paths were computed again from the patch's text. */
  readonly replayed: number;
  readonly problems: readonly string[];
  /** What nobody can tell any more, or not yet: neither right nor wrong, and never counted as right. */
  readonly unproven: readonly string[];
  /** What is as it is because somebody decided so. */
  readonly notes: readonly string[];
}

/** Whoever knows of signed evidence. */
export interface Witnessing {
  /** `replayed`: null where the tree was not computed again. */
  landed(place: Place, landed: LandedPatch, replayed: Replayed | null): Promise<Findings>;
  end(place: Place): Promise<Findings>;
}

type Place = Pick<Holding, 'workspace' | 'open'>;

export interface VerifyOptions {
  /** `none` believes the recorded tree of each landing; the others are those from this landing number on. */
  readonly replay: 'none' | { readonly from: number };
  /** Asked about every landing, and at the end about all of them. Without one, signed evidence is left alone. */
  readonly witness?: Witnessing;
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
  readonly accepted: AcceptedTips;
  readonly unproven: ProblemList;
  merged: number;
  replayed: number;
}

async function verify(needs: VerifyNeeds, place: Place, options: VerifyOptions): Promise<VerifyReport> {
  const { workspace, open } = place;
  const accepted = await acceptedTips(needs, workspace.name);
  const asked = new Set(accepted.acceptances.map(({ tip }) => tip));
  if (accepted.began !== null) asked.add(accepted.began);
  const branch = await readBranch(open.history, workspace.baseline, asked);
  const seen: Seen = {
    ...{ problems: new ProblemList(MOST_PROBLEMS), answered: new Set(), begun: new Set(), numbers: [] },
    ...{ accepted, merged: 0, replayed: 0, unproven: new ProblemList(MOST_PROBLEMS) },
  };
  const { problems } = seen;
  problems.add(...branch.problems);
  await verifyPatches(needs, workspace.name, {
    patch: (patch, entries) => verifyOne(needs, { ...place, branch, options, seen }, { patch, entries }),
    entry: () => undefined,
    problem: (problem) => problems.add(problem),
  });
  const judged = await judgeCommits(needs, { branch, seen, open });
  problems.add(...brokenNumbers(seen.numbers));
  if (options.witness) tell(seen, await options.witness.end(place));
  return {
    ok: problems.count === 0,
    workspace: workspace.name,
    landed: seen.numbers.length,
    commits: branch.places.size + seen.merged - judged.others - judged.accepted,
    landing: judged.landing,
    others: judged.others,
    accepted: judged.accepted,
    unnamed: branch.length - branch.places.size,
    replayed: seen.replayed,
    problems: bounded(problems),
    unproven: bounded(seen.unproven),
    notes: accepted.acceptances.map(sayAcceptance),
  };
}

interface Verifying extends Place {
  readonly branch: BranchRead;
  readonly options: VerifyOptions;
  readonly seen: Seen;
}

async function verifyOne(
  needs: VerifyNeeds,
  verifying: Verifying,
  { patch, entries }: { readonly patch: Patch; readonly entries: readonly Entry[] },
): Promise<void> {
  const { options, seen, open } = verifying;
  const landing = landingOf(patch);
  if (landing === null) return;
  const { intent, id } = landing;
  if (patch.state.name === 'landing') {
    const isRight = (await verifyLanding(open.history, landing)).length === 0;
    return isRight ? void seen.begun.add(intent.commit) : undefined;
  }
  seen.numbers.push(intent.landingSeq);
  let replayed: Replayed | null = null;
  if (await isOnBranch(verifying, intent.commit)) {
    seen.problems.add(...(await verifyLanding(open.history, landing)));
    if (seen.answered.has(intent.commit) && !entries.some(({ type }) => type === 'patch.landed'))
      seen.problems.add(`commit ${intent.commit} names ${id}, whose chain has no patch.landed`);
    if (options.replay !== 'none' && intent.landingSeq >= options.replay.from) {
      replayed = await replayLanding(needs, verifying, { patch, intent });
      seen.problems.add(...replayed.problems);
      seen.replayed += 1;
    }
  } else seen.problems.add(...whyGone(seen.accepted, landing, patch));
  if (options.witness)
    tell(seen, await options.witness.landed(verifying, { patch, intent, entries }, replayed));
  options.progress(seen.numbers.length);
}

function tell({ problems, unproven }: Seen, found: Findings): void {
  problems.add(...found.problems);
  unproven.add(...found.unproven);
}

/** Nothing where somebody has accepted that it is. */
function whyGone({ acceptances }: AcceptedTips, { id, intent }: Landing, { state }: Patch): string[] {
  const off = takenOffIn(state);
  if (off === null) return [`${id} is landed as ${intent.commit}, which is not on the branch`];
  const acceptance = acceptances.find(
    ({ at, actor, reason }) => at === off.at && actor === off.by && reason === off.reason,
  );
  if (acceptance !== undefined) acceptance.gone += 1;
  return [];
}

/** A person may have merged it under another parent, or it came after the branch was read. */
async function isOnBranch({ branch, seen, open }: Verifying, commit: CommitId): Promise<boolean> {
  if (branch.places.has(commit)) seen.answered.add(commit);
  if (branch.places.has(commit) || !branch.isRead) return true;
  const isMerged = await open.history.holds(commit);
  if (isMerged) seen.merged += 1;
  return isMerged;
}

type Judged = 'others' | 'accepted' | 'landing' | 'unknown';

/**
 * Every commit of the branch that names a patch. A chain that was cut off together with the ledger is betrayed here:
 * the trailers of the commits are still there.
 */
async function judgeCommits(
  needs: Pick<Needs, 'ledger'>,
  line: Pick<Verifying, 'branch' | 'seen' | 'open'>,
): Promise<Readonly<Record<Judged, number>>> {
  const counts = { others: 0, accepted: 0, landing: 0, unknown: 0 };
  const { branch, seen } = line;
  const answerableFrom = branch.answerableFrom ?? firstOwn(branch, seen);
  for (const [id, place] of branch.places) {
    if (seen.answered.has(id)) continue;
    counts[await judge(needs, { ...line, answerableFrom }, { id, place })] += 1;
  }
  return counts;
}

async function judge(
  needs: Pick<Needs, 'ledger'>,
  {
    branch,
    seen,
    open,
    answerableFrom,
  }: Pick<Verifying, 'branch' | 'seen' | 'open'> & { readonly answerableFrom: number },
  { id, place }: { readonly id: CommitId; readonly place: number },
): Promise<Judged> {
  if (seen.begun.has(id)) return 'landing';
  const acceptance = acceptedWith(place, seen.accepted, branch.placeOf);
  if (acceptance === null && place < answerableFrom) return 'others';
  const patch = (await open.history.commit(id))?.patch ?? 'no patch';
  if (await isLandedElsewhere(needs, id, patch)) return 'others';
  if (acceptance !== null) {
    acceptance.foreign += 1;
    return 'accepted';
  }
  seen.problems.add(`commit ${id} names ${patch}, which the ledger does not have as landed there`);
  return 'unknown';
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

/** Where everything is broken, the first of it tells enough. */
const MOST_PROBLEMS = 1_000;

function bounded(problems: ProblemList): readonly string[] {
  if (problems.count <= MOST_PROBLEMS) return problems.first();
  return [...problems.first(), `and ${problems.count - MOST_PROBLEMS} more problems`];
}
