import { fail } from '../core/errors.ts';
import type { CommitId } from '../core/git.ts';
import type { Baseline, Workspace } from '../core/workspace.ts';
import type { TipAcceptance } from '../ports/workspaces.ts';
import { fenceUnreadable } from './branch-problem.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import { whyNobodyFollows } from './follow-remote.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';
import { pauseWorkspace } from './pause-workspace.ts';
import { settleAsFound } from './recover-workspace.ts';
import { type Taken, type TakeRequest, takeWorkspace } from './take-workspace.ts';
import { patchesTakenOff } from './taken-off.ts';
import { whileHeld } from './while-held.ts';

export interface TipRequest {
  readonly name: string;
  /** Told wherever what was taken off the branch is told. */
  readonly reason: string;
  /** The commit that the operator looked at, whole; null takes the branch wherever it is. */
  readonly tip: string | null;
  /** Take the branch back from another installation, which the operator knows to be stopped; the line need not be paused. */
  readonly adopt?: boolean;
  readonly actor: string;
}

type AcceptNeeds = Pick<
  Needs,
  'workspaces' | 'ledger' | 'chains' | 'leaser' | 'repositories' | 'clock' | 'wakeUps'
>;

const ACCEPT_TTL_MS = 15_000;

/**
 * Takes the branch of a paused line as it is, and lets the line go on from there: what had landed and is gone stays
 * gone, is told to be, and no longer answers for its content; commits that this ledger does not know stay; landing
 * numbers go on. Patches that were in hand have landed where their commit is on the branch, and are queued again where
 * it is not.
 * @throws GhostError input_invalid, workspace_unknown, tip_not_accepted, branch_gone, repository_locked, fenced_by_other
 */
export async function acceptTip(needs: AcceptNeeds, request: TipRequest): Promise<Baseline> {
  if (request.reason.trim() === '')
    throw fail('input_invalid', { where: 'reason', problem: 'expected some words' });
  const workspace = await chooseWorkspace(needs, request.name);
  const { adopt = false } = request;
  const paused = await pauseOf(needs, workspace, { adopt, actor: request.actor });
  const open = await needs.repositories.open(workspace);
  const lost = new AbortController();
  try {
    const holding = await hold(needs, { workspace, open, owner: request.actor, adopt, signal: lost.signal });
    const held = { holding, ttlMs: ACCEPT_TTL_MS, lost: () => lost.abort() };
    return await whileHeld(needs, held, () => accept(needs, holding, { ...request, paused }));
  } finally {
    await open.repository.close();
    await needs.wakeUps.notify('line');
    await needs.wakeUps.notify('outbox');
  }
}

/** Why the line stands still, which it has to: one that is fenced off is stopped here. */
async function pauseOf(
  needs: Pick<Needs, 'workspaces' | 'clock' | 'wakeUps'>,
  { name, paused }: Workspace,
  { adopt, actor }: { readonly adopt: boolean; readonly actor: string },
): Promise<string> {
  if (paused !== null) return paused;
  if (adopt) {
    const reason = `its branch is being taken back; \`ghost workspace accept ${name} --adopt --reason TEXT\` ends that`;
    await pauseWorkspace(needs, { name, reason, actor });
    return reason;
  }
  const problem = `its line runs; stop it first with \`ghost workspace pause ${name} --reason TEXT\``;
  throw fail('tip_not_accepted', { name, problem });
}

async function hold(
  needs: AcceptNeeds,
  place: Pick<TakeRequest, 'workspace' | 'open' | 'owner' | 'adopt' | 'signal'>,
): Promise<Holding> {
  const taken = await takeWorkspace(needs, {
    ...{ ...place, ttlMs: ACCEPT_TTL_MS, ledger: 'any' },
    observe: () => undefined,
  });
  if (taken.kind === 'taken') return taken.holding;
  throw notTaken(place.workspace, taken);
}

function notTaken(workspace: Workspace, taken: Exclude<Taken, { kind: 'taken' }>): Error {
  const { name, gitDir, branch } = workspace;
  switch (taken.kind) {
    case 'locked':
      return fail('repository_locked', { path: taken.path, by: 'a git process that is not ours' });
    case 'other-installation':
      return fail('fenced_by_other', { path: gitDir, branch, holder: taken.mark.installation });
    case 'busy':
      return fail('tip_not_accepted', {
        name,
        problem: `${taken.owner} still holds it, and gives it back when what it executes has ended; then say \`ghost workspace accept\` again`,
      });
    case 'unreadable-fence':
      return fail('tip_not_accepted', { name, problem: fenceUnreadable(workspace, taken.problem) });
    case 'older-ledger':
      throw new TypeError('any ledger was asked for');
  }
}

async function accept(
  needs: AcceptNeeds,
  holding: Holding,
  request: TipRequest & { readonly paused: string },
): Promise<Baseline> {
  const { name } = holding.workspace;
  const { commit: tip } = await holding.open.repository.tip();
  requireMeant(name, { meant: request.tip, tip });
  await requireFollowing(holding, request.adopt === true);
  const settled = await settleAsFound(needs, holding);
  if (settled.kind !== 'recovered') throw fail('tip_not_accepted', { name, problem: whyUnsettled(settled) });
  const { lastLanded } = await needs.ledger.line(name);
  const last = lastLanded?.state.name === 'landed' ? lastLanded.state.intent : null;
  const baseline = { tip, landings: last?.landingSeq ?? 0 };
  const takenOff = await patchesTakenOff(needs, holding);
  const accepted = { baseline, from: last?.commit ?? null, reason: request.reason, takenOff };
  const by = { lease: holding.lease, paused: request.paused, actor: request.actor, at: needs.clock.now() };
  const acceptance = await needs.workspaces.acceptTip(name, accepted, by);
  if (acceptance === 'accepted') return baseline;
  throw fail('tip_not_accepted', { name, problem: WHY_NOT[acceptance] });
}

/** Of a remote that went its own way nothing is accepted here: the line would stop again at once. One that is away is no reason. */
async function requireFollowing(holding: Holding, adopt: boolean): Promise<void> {
  const found = await holding.open.follower?.catchUp({ adopt, now: true });
  if (found?.kind !== 'diverged' && found?.kind !== 'other-installation') return;
  throw fail('tip_not_accepted', {
    name: holding.workspace.name,
    problem: whyNobodyFollows(holding, found),
  });
}

const TAKEN_OVER = 'somebody else took it meanwhile; say `ghost workspace accept` again';
const WHY_NOT: Readonly<Record<Exclude<TipAcceptance, 'accepted'>, string>> = {
  unknown: 'it was removed meanwhile',
  fenced: TAKEN_OVER,
  'pause-changed': 'its line was resumed, or paused for another reason, meanwhile; look at it again',
};

function requireMeant(
  name: string,
  { meant, tip }: { readonly meant: string | null; readonly tip: CommitId },
): void {
  if (meant === null || meant.toLowerCase() === tip) return;
  const problem = `the branch is at ${tip}, and --tip says ${meant}; look at it again, and say \`--tip ${tip}\` where that is what you mean`;
  throw fail('tip_not_accepted', { name, problem });
}

function whyUnsettled(
  settled: Exclude<Awaited<ReturnType<typeof settleAsFound>>, { kind: 'recovered' }>,
): string {
  switch (settled.kind) {
    case 'broken':
      return settled.problem;
    case 'blocked':
      return `${settled.path} is in the way`;
    case 'fenced':
      return TAKEN_OVER;
  }
}
