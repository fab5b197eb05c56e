import { fail } from '../core/errors.ts';
import type { CommitId } from '../core/git.ts';
import type { Baseline, Workspace } from '../core/workspace.ts';
import type { OpenRepository } from '../ports/repository.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import type { Holding } from './holding.ts';
import type { Needs } from './needs.ts';
import { settleAsFound } from './recover-workspace.ts';
import { giveBackWorkspace, type Taken, takeWorkspace } from './take-workspace.ts';

export interface TipRequest {
  readonly name: string;
  /** Told wherever what was taken off the branch is told. */
  readonly reason: string;
  /** The commit that the operator looked at, whole; null takes the branch wherever it is. */
  readonly tip: string | null;
  readonly actor: string;
}

type AcceptNeeds = Pick<
  Needs,
  'workspaces' | 'ledger' | 'chains' | 'leaser' | 'repositories' | 'clock' | 'wakeUps'
>;

const ACCEPT_TTL_MS = 15_000;

/**
 * Takes the branch of a paused line as it is, and lets the line go on from there: what had landed and is gone stays
 * gone, commits that this ledger does not know stay, landing numbers go on. Patches that were in hand have landed
 * where their commit is on the branch, and are queued again where it is not.
 * @throws GhostError input_invalid, workspace_unknown, tip_not_accepted, branch_gone, repository_locked, fenced_by_other
 */
export async function acceptTip(needs: AcceptNeeds, request: TipRequest): Promise<Baseline> {
  if (request.reason.trim() === '')
    throw fail('input_invalid', { where: 'reason', problem: 'expected some words' });
  const workspace = await chooseWorkspace(needs, request.name);
  requirePaused(workspace);
  const open = await needs.repositories.open(workspace);
  try {
    const holding = await hold(needs, { workspace, open, owner: request.actor });
    try {
      return await accept(needs, holding, request);
    } finally {
      await giveBackWorkspace(needs, holding);
    }
  } finally {
    await open.repository.close();
    await needs.wakeUps.notify('line');
    await needs.wakeUps.notify('outbox');
  }
}

function requirePaused({ name, paused }: Workspace): void {
  if (paused !== null) return;
  const problem = `its line runs; stop it first with \`ghost workspace pause ${name} --reason TEXT\``;
  throw fail('tip_not_accepted', { name, problem });
}

async function hold(
  needs: AcceptNeeds,
  place: { readonly workspace: Workspace; readonly open: OpenRepository; readonly owner: string },
): Promise<Holding> {
  const taken = await takeWorkspace(needs, {
    ...{ ...place, ttlMs: ACCEPT_TTL_MS, adopt: false, ledger: 'any' },
    observe: () => undefined,
    signal: new AbortController().signal,
  });
  if (taken.kind === 'taken') return taken.holding;
  throw notTaken(place.workspace, taken);
}

function notTaken({ name, gitDir, branch }: Workspace, taken: Exclude<Taken, { kind: 'taken' }>): Error {
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
    case 'older-ledger':
      throw new TypeError('any ledger was asked for');
  }
}

async function accept(needs: AcceptNeeds, holding: Holding, request: TipRequest): Promise<Baseline> {
  const { name } = holding.workspace;
  const { commit: tip } = await holding.open.repository.tip();
  requireMeant(name, { meant: request.tip, tip });
  const settled = await settleAsFound(needs, holding);
  if (settled.kind !== 'recovered') throw fail('tip_not_accepted', { name, problem: whyUnsettled(settled) });
  const { lastLanded } = await needs.ledger.line(name);
  const last = lastLanded?.state.name === 'landed' ? lastLanded.state.intent : null;
  const baseline = { tip, landings: last?.landingSeq ?? 0 };
  const accepted = { baseline, from: last?.commit ?? null, reason: request.reason };
  if (await needs.workspaces.acceptTip(name, accepted, request.actor, needs.clock.now())) return baseline;
  throw fail('tip_not_accepted', { name, problem: 'it was removed meanwhile' });
}

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
      return 'somebody else took it meanwhile; say `ghost workspace accept` again';
  }
}
