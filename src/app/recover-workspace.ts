import type { Intent, Patch } from '../core/patch/patch.ts';
import { MAX_RESCUES } from '../core/queue/attempts.ts';
import type { Holding } from './holding.ts';
import { type Kept, keepBranch } from './keep-branch.ts';
import { confirmLanding, followLanding } from './land-patch.ts';
import { moveBranch } from './move-branch.ts';
import type { Needs } from './needs.ts';
import { pushRefused } from './push-refused.ts';
import { recordStep } from './record-step.ts';

export type Recovered = { readonly kind: 'recovered' } | Exclude<Kept, { kind: 'kept' }>;

export interface RecoveryRules {
  /** `kept`: nobody but Ghost takes commits off this branch. `free`: its owner may, between two runs of `ghost apply`. */
  readonly branch: 'kept' | 'free';
}

type RecoveryNeeds = Pick<Needs, 'ledger' | 'chains' | 'clock' | 'wakeUps' | 'leaser' | 'workspaces'>;

const RECOVERED: Recovered = { kind: 'recovered' };

/**
 * Decides what a dead holder left behind by looking at the repository, after making durable what it is about to
 * believe. A recorded intent is finished with the commit it names, never with one built anew.
 */
export async function recoverWorkspace(
  needs: RecoveryNeeds,
  holding: Holding,
  rules: RecoveryRules,
): Promise<Recovered> {
  await holding.fence.sync();
  const line = await needs.ledger.line(holding.workspace.name);
  const last = line.lastLanded?.state.name === 'landed' ? line.lastLanded.state : null;
  // First of all: what was landed before may have to be put back, past the lock of what was being landed.
  for (const patch of line.unfinished) await clearLocksOf(holding, patch);
  if (rules.branch === 'kept') {
    const kept = await keepBranch(needs, holding, last?.intent ?? null);
    if (kept.kind !== 'kept') return kept;
  }
  if (line.lastLanded !== null && last?.worktree === null)
    await followLanding(needs, holding, line.lastLanded);
  for (const patch of line.unfinished) {
    const settled = await settle(needs, holding, patch);
    if (settled.kind !== 'recovered') return settled;
  }
  await holding.observe('recovered', holding.workspace.name);
  return RECOVERED;
}

/**
 * The same on a branch that an operator takes as it is: what is on it has landed, and nothing else is put there. For
 * patches that were in hand when the line was stopped.
 */
export async function settleAsFound(needs: RecoveryNeeds, holding: Holding): Promise<Recovered> {
  await holding.fence.sync();
  const { unfinished } = await needs.ledger.line(holding.workspace.name);
  for (const patch of unfinished) {
    await clearLocksOf(holding, patch);
    const isThere =
      patch.state.name === 'landing' && (await holding.open.history.holds(patch.state.intent.commit));
    const settled = await (isThere ? confirm : rescue)(needs, holding, patch);
    if (settled.kind !== 'recovered') return settled;
  }
  return RECOVERED;
}

async function settle(needs: RecoveryNeeds, holding: Holding, patch: Patch): Promise<Recovered> {
  if (patch.state.name !== 'landing') return rescue(needs, holding, patch);
  const { intent } = patch.state;
  if (await holding.open.history.holds(intent.commit)) return confirm(needs, holding, patch);
  if (!(await canStillLand(holding, intent))) return rescue(needs, holding, patch);
  const moved = await moveBranch(needs, holding, intent);
  switch (moved.kind) {
    case 'moved':
      return confirm(needs, holding, patch);
    case 'outpaced':
      return over(await recordStep(needs, holding, { patch, event: { type: 'outpaced', tip: moved.tip } }));
    case 'locked':
      return { kind: 'blocked', path: moved.path };
    case 'fenced':
      return { kind: 'fenced' };
    case 'refused':
      return over(await pushRefused(needs, holding, { patch, why: moved.why }));
  }
}

/** Afterwards no intent names that commit any more, and nothing tells its locks from anybody's. */
async function clearLocksOf({ fence, predecessor }: Holding, { state }: Patch): Promise<void> {
  // Legal only because raising the fence saw that writer die and took its kernel lock.
  if (state.name === 'landing' && predecessor?.writer) await fence.clearStaleLock(state.intent);
}

/** Its commit object survived, and nobody has edited what it would run over; else it goes through the line again. */
async function canStillLand({ open }: Holding, intent: Intent): Promise<boolean> {
  if ((await open.history.commit(intent.commit)) === null) return false;
  const edited = await open.worktree.localEdits(
    intent.base,
    intent.paths.map(({ path }) => path),
  );
  return edited.length === 0;
}

async function confirm(needs: RecoveryNeeds, holding: Holding, patch: Patch): Promise<Recovered> {
  const confirmed = await confirmLanding(needs, holding, patch);
  if (confirmed.kind === 'mismatch')
    return { kind: 'broken', problem: 'the landed commit is not what was gated' };
  if (confirmed.kind === 'recorded') await followLanding(needs, holding, confirmed.patch);
  return over(confirmed);
}

async function rescue(needs: RecoveryNeeds, holding: Holding, patch: Patch): Promise<Recovered> {
  if (patch.state.name !== 'checking' && patch.state.name !== 'landing')
    throw new TypeError(`${patch.id} is ${patch.state.name}`);
  const rescues = patch.state.spent.rescues + 1;
  const from = patch.state.name === 'checking' ? patch.state.token : patch.state.intent.token;
  const detail = `${rescues} runners ended while they had it in their hands`;
  const event =
    rescues >= MAX_RESCUES
      ? ({ type: 'failed', reason: 'attempts_spent', detail } as const)
      : ({ type: 'rescued', from } as const);
  return over(await recordStep(needs, holding, { patch, event }));
}

/** Written, or moved on by somebody meanwhile: either way it is no longer unfinished. */
function over(outcome: { readonly kind: 'recorded' | 'moved' | 'superseded' | 'fenced' }): Recovered {
  return outcome.kind === 'fenced' ? { kind: 'fenced' } : RECOVERED;
}
