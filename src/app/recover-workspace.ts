import type { Intent, Patch } from '../core/patch/patch.ts';
import { MAX_RESCUES } from '../core/queue/attempts.ts';
import type { Holding } from './holding.ts';
import { confirmLanding, followLanding } from './land-patch.ts';
import { moveBranch } from './move-branch.ts';
import type { Needs } from './needs.ts';
import { recordStep } from './record-step.ts';

export type Recovered =
  | { readonly kind: 'recovered' }
  /** The branch no longer holds what was landed on it, or holds it altered; nothing may run until an operator has looked. */
  | { readonly kind: 'broken'; readonly problem: string }
  | { readonly kind: 'blocked'; readonly path: string }
  | { readonly kind: 'fenced' };

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
  const last = line.lastLanded;
  if (last?.state.name === 'landed') {
    const kept = rules.branch === 'free' ? RECOVERED : await keepLanded(needs, holding, last.state.intent);
    if (kept.kind !== 'recovered') return kept;
    if (last.state.worktree === null) await followLanding(needs, holding, last);
  }
  for (const patch of line.unfinished) {
    const settled = await settle(needs, holding, patch);
    if (settled.kind !== 'recovered') return settled;
  }
  await holding.observe('recovered', holding.workspace.name);
  return RECOVERED;
}

/** What was landed has to be on the branch. Only a power cut may have taken it back: then it is put there again. */
async function keepLanded(needs: RecoveryNeeds, holding: Holding, intent: Intent): Promise<Recovered> {
  const { repository, history } = holding.open;
  if (await history.holds(intent.commit)) return RECOVERED;
  const tip = await repository.tip();
  const problem = `branch ${holding.workspace.branch} is at ${tip.commit}, which does not contain the landed commit ${intent.commit}`;
  const written = (await history.commit(intent.commit)) !== null;
  if (!rebooted(holding) || !written || !(await history.isAncestor(tip.commit, intent.commit)))
    return { kind: 'broken', problem };
  const moved = await moveBranch(needs, holding, { ...intent, base: tip.commit });
  if (moved.kind === 'fenced') return { kind: 'fenced' };
  if (moved.kind === 'locked') return { kind: 'blocked', path: moved.path };
  if (moved.kind === 'outpaced') return { kind: 'broken', problem };
  await needs.chains.append({
    chain: holding.workspace.name,
    at: needs.clock.now(),
    actor: holding.lease.owner,
    type: 'branch.restored',
    subject: holding.workspace.name,
    data: { from: tip.commit, to: intent.commit },
  });
  return RECOVERED;
}

/** A ref cannot go back by itself while the machine runs: then a person moved it, and it is not ours to move again. */
function rebooted({ predecessor, fence }: Holding): boolean {
  return predecessor?.writer?.bootId !== fence.writer.bootId;
}

async function settle(needs: RecoveryNeeds, holding: Holding, patch: Patch): Promise<Recovered> {
  if (patch.state.name !== 'landing') return rescue(needs, holding, patch);
  const { intent } = patch.state;
  // Legal only because raising the fence saw that writer die and took its kernel lock.
  if (holding.predecessor?.writer) await holding.fence.clearStaleLock(intent);
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
  }
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
function over(outcome: { readonly kind: 'recorded' | 'superseded' | 'fenced' }): Recovered {
  return outcome.kind === 'fenced' ? { kind: 'fenced' } : RECOVERED;
}
