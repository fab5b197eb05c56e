import type { Needs } from '../app/needs.ts';
import { readProcess } from '../platform/processes.ts';
import { readWriter } from '../workers/resources/processes.ts';

/**
 * Takes the heartbeats of processes away that died without a word. Only the supervisor may: it knows that every
 * heartbeat of its home was written on this machine, and tells of each death itself.
 */
export async function retireDead({ heartbeats, clock }: Pick<Needs, 'heartbeats' | 'clock'>): Promise<void> {
  // Without /proc nobody can be seen, which is not being dead.
  if (readProcess(process.pid) === null) return;
  for (const file of await heartbeats.read()) {
    if (file.kind === 'unreadable' || readWriter(file.heartbeat, clock.now()) !== null) continue;
    await heartbeats.retire(file.heartbeat.component, file.heartbeat.instance);
  }
}
