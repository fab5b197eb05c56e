import { fail } from '../core/errors.ts';
import { chooseWorkspace } from './choose-workspace.ts';
import type { Needs } from './needs.ts';

type PauseNeeds = Pick<Needs, 'workspaces' | 'clock' | 'wakeUps'>;

/** Stops the line: what is being executed ends, nothing new begins. Patches are still accepted. @throws GhostError workspace_unknown, input_invalid */
export async function pauseWorkspace(
  needs: PauseNeeds,
  request: { readonly name: string; readonly reason: string; readonly actor: string },
): Promise<void> {
  if (request.reason.trim() === '')
    throw fail('input_invalid', { where: 'reason', problem: 'expected some words' });
  await setPause(needs, request);
}

/** Lets the line go on. @throws GhostError workspace_unknown */
export async function resumeWorkspace(
  needs: PauseNeeds,
  request: { readonly name: string; readonly actor: string },
): Promise<void> {
  await setPause(needs, { ...request, reason: null });
}

async function setPause(
  needs: PauseNeeds,
  request: { readonly name: string; readonly reason: string | null; readonly actor: string },
): Promise<void> {
  const { name } = await chooseWorkspace(needs, request.name);
  await needs.workspaces.pause(name, request.reason, request.actor, needs.clock.now());
  await needs.wakeUps.notify('line');
}
