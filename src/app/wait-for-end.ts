import { isOver, type Patch } from '../core/patch/patch.ts';
import { findPatch } from './find-patch.ts';
import { followEvents } from './follow-events.ts';
import type { Needs } from './needs.ts';

/**
 * The patch as it stands when it is over, or when `signal` aborts; `tell` hears of it each time it moved.
 * @throws GhostError patch_unknown
 */
export async function waitForEnd(
  needs: Pick<Needs, 'ledger' | 'outbox' | 'wakeUps' | 'clock'>,
  id: string,
  signal: AbortSignal,
  tell: (patch: Patch) => void = () => {},
): Promise<Patch> {
  // Read before the patch, so that an end between the two is still among the events.
  const after = await needs.outbox.newest();
  let patch = await findPatch(needs, id);
  if (isOver(patch.state)) return patch;
  for await (const _ of followEvents(needs, { after, patch: id, workspace: null }, signal)) {
    patch = await findPatch(needs, id);
    if (isOver(patch.state)) break;
    tell(patch);
  }
  return patch;
}
