import type { Intent, Patch } from '../core/patch/patch.ts';
import { MAX_RESCUES } from '../core/queue/attempts.ts';
import type { Holding, Interrupted } from './holding.ts';
import { confirmLanding, followLanding } from './land-patch.ts';
import { moveBranch } from './move-branch.ts';
import type { Needs } from './needs.ts';
import { recordStep } from './record-step.ts';

export type Recovered =
  | { readonly kind: 'recovered' }
  /** The branch no longer holds what was landed on it; nothing may run until an operator has looked. */
  | { readonly kind: 'rewritten'; readonly problem: string }
  | { readonly kind: 'blocked'; readonly path: string }
  | Interrupted;

type RecoveryNeeds = Pick<Needs, 'ledger' | 'clock' | 'wakeUps' | 'leaser'>;

/**
 * Decides what a dead holder left behind by looking at the repository, after making durable what it is about to
 * believe. A recorded intent is finished with the commit it names, never with one built anew.
 */
export async function recoverWorkspace(needs: RecoveryNeeds, holding: Holding): Promise<Recovered> {
  await holding.fence.sync();
  const line = await needs.ledger.line(holding.workspace.name);
  if (line.lastLanded?.state.name === 'landed') {
    const standing = await restoreLanded(needs, holding, line.lastLanded.state.intent);
    if (standing.kind !== 'recovered') return standing;
    if (line.lastLanded.state.worktree === null) await followLanding(needs, holding, line.lastLanded);
  }
  for (const patch of line.unfinished) {
    const outcome =
      patch.state.name === 'landing'
        ? await finishLanding(needs, holding, patch)
        : await rescue(needs, holding, patch);
    if (outcome.kind !== 'recovered') return outcome;
  }
  await holding.observe('recovered', holding.workspace.name);
  return { kind: 'recovered' };
}

/** A power cut can take back a ref that was already believed: the branch is then rolled forward to what was landed. */
async function restoreLanded(needs: RecoveryNeeds, holding: Holding, intent: Intent): Promise<Recovered> {
  const { repository, history } = holding.open;
  const tip = await repository.tip();
  if (tip.commit === intent.commit || (await history.isAncestor(intent.commit, tip.commit)))
    return { kind: 'recovered' };
  const problem = `branch ${holding.workspace.branch} is at ${tip.commit}, which does not contain the landed commit ${intent.commit}`;
  if (tip.commit !== intent.base || (await history.commit(intent.commit)) === null)
    return { kind: 'rewritten', problem };
  const moved = await moveBranch(needs, holding, intent);
  if (moved.kind === 'moved') return { kind: 'recovered' };
  if (moved.kind === 'locked') return { kind: 'blocked', path: moved.path };
  return moved.kind === 'fenced' ? { kind: 'fenced' } : { kind: 'rewritten', problem };
}

async function finishLanding(needs: RecoveryNeeds, holding: Holding, patch: Patch): Promise<Recovered> {
  if (patch.state.name !== 'landing') throw new TypeError(`${patch.id} is ${patch.state.name}, not landing`);
  const { intent } = patch.state;
  const { repository, history } = holding.open;
  // Legal only because raising the fence saw that writer die and took its kernel lock.
  if (holding.predecessor?.writer) await holding.fence.clearStaleLock(intent);
  const tip = await repository.tip();
  const onBranch = tip.commit === intent.commit || (await history.isAncestor(intent.commit, tip.commit));
  if (!onBranch) {
    const written = await history.commit(intent.commit);
    const moved =
      tip.commit === intent.base && written !== null
        ? await moveBranch(needs, holding, intent)
        : { kind: 'outpaced' as const };
    if (moved.kind === 'fenced') return { kind: 'fenced' };
    if (moved.kind === 'locked') return { kind: 'blocked', path: moved.path };
    if (moved.kind === 'outpaced')
      return settled(
        await recordStep(needs, holding, { patch, event: { type: 'outpaced', tip: tip.commit } }),
      );
  }
  const confirmed = await confirmLanding(needs, holding, patch);
  if (confirmed.kind === 'recorded') await followLanding(needs, holding, confirmed.patch);
  return settled(confirmed);
}

async function rescue(needs: RecoveryNeeds, holding: Holding, patch: Patch): Promise<Recovered> {
  if (patch.state.name !== 'checking')
    throw new TypeError(`${patch.id} is ${patch.state.name}, not checking`);
  const spent = patch.state.attempts + 1 >= MAX_RESCUES;
  const detail = `its runner died ${patch.state.attempts + 1} times while checking it`;
  const event = spent
    ? ({ type: 'failed', reason: 'attempts_spent', detail } as const)
    : ({ type: 'rescued', from: patch.state.token } as const);
  return settled(await recordStep(needs, holding, { patch, event }));
}

function settled(outcome: { readonly kind: 'recorded' | 'superseded' | 'fenced' | 'mismatch' }): Recovered {
  if (outcome.kind === 'mismatch')
    return { kind: 'rewritten', problem: 'the landed commit is not what was gated' };
  return outcome.kind === 'fenced' ? { kind: 'fenced' } : { kind: 'recovered' };
}
