import { findPatch } from '../app/find-patch.ts';
import { followEvents } from '../app/follow-events.ts';
import type { Needs } from '../app/needs.ts';
import { isOver, type Patch } from '../core/patch/patch.ts';

/** Below the 10 s that a first byte may take. */
const LONGEST_WAIT_S = 8;

/** Seconds to wait from a `Prefer` header (RFC 7240), at most 8; null when it asks for none. */
export function preferredWait(header: string | undefined): number | null {
  const asked = /(?:^|,)\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:[,;]|$)/i.exec(header ?? '')?.[1];
  return asked === undefined ? null : Math.min(Number(asked), LONGEST_WAIT_S);
}

/** The patch as it stands when it is over, or when `signal` aborts. */
export async function waitForEnd(
  needs: Pick<Needs, 'ledger' | 'outbox' | 'wakeUps' | 'clock'>,
  id: string,
  signal: AbortSignal,
): Promise<Patch> {
  // Read before the patch, so that an end between the two is still among the events.
  const after = await needs.outbox.newest();
  let patch = await findPatch(needs, id);
  if (isOver(patch.state)) return patch;
  for await (const _ of followEvents(needs, { after, patch: id, workspace: null }, signal)) {
    patch = await findPatch(needs, id);
    if (isOver(patch.state)) break;
  }
  return patch;
}
