import { fail } from '../core/errors.ts';
import type { Workspace } from '../core/workspace.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import { diffsOf } from './diffs-of.ts';
import { discardMirror } from './discard-mirror.ts';
import type { Needs } from './needs.ts';

const UNFINISHED = ['queued', 'held', 'checking', 'landing'] as const;

/**
 * Takes a workspace out of the register, its checks out of the policy, its diffs out of the cache. The repository, its fence, the patches and
 * their chain stay; of a remote the copy here goes, unless it has what the remote lacks.
 * @throws GhostError workspace_unknown, workspace_busy
 */
export async function removeWorkspace(
  needs: Pick<Needs, 'workspaces' | 'ledger' | 'policy' | 'cache' | 'mirrors' | 'clock' | 'wakeUps'>,
  request: { readonly name: string; readonly actor: string },
): Promise<void> {
  const workspace = await chooseWorkspace(needs, request.name);
  const { name } = workspace;
  const removed = await needs.workspaces.remove(name, request.actor, needs.clock.now());
  if (!removed) {
    const waiting = await needs.ledger.list({ workspace: name, states: UNFINISHED, limit: 1_000 });
    throw fail('workspace_busy', { name, waiting: waiting.length });
  }
  await needs.policy.removeChecks(name);
  await needs.cache.invalidateNamespace(diffsOf(name));
  // The lane that has it open ends at the wake-up; what it still wants to read there is nobody's any more.
  if (workspace.remote !== null) await discardCopy(needs, workspace);
  await needs.wakeUps.notify('line');
}

/** Who has the copy in hand by now adds the name anew: it is for that one to say what becomes of it. */
async function discardCopy(needs: Pick<Needs, 'workspaces' | 'mirrors'>, workspace: Workspace) {
  const hold = await needs.mirrors.hold(workspace.name);
  if (hold === null) return;
  try {
    await discardMirror(needs, hold, workspace);
  } finally {
    hold.release();
  }
}
