import type { ProcessIdentity } from '../../core/lease/lease.ts';
import type { Clock } from '../../platform/clock.ts';
import { isAlive, leadsGroup } from '../../platform/process-identity.ts';

const GONE_WAIT_MS = 5_000;
const LOOK_EVERY_MS = 5;

/**
 * Kills the process group of a writer whose lease was taken over, and waits until its leader is gone. Nothing happens
 * unless exactly that process still runs and leads its group. False when it survives: it is not ours to kill.
 * A pid could be reused between the look and the signal only if the writer ended in between; the group is then gone.
 */
export async function endPredecessor(writer: ProcessIdentity, clock: Clock): Promise<boolean> {
  if (!isAlive(writer)) return true;
  if (!leadsGroup(writer)) return false;
  try {
    process.kill(-writer.pid, 'SIGKILL');
  } catch {
    return !isAlive(writer);
  }
  const until = clock.monotonic() + GONE_WAIT_MS;
  while (isAlive(writer) && clock.monotonic() < until) await clock.sleep(LOOK_EVERY_MS);
  return !isAlive(writer);
}
