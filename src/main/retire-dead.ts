import { hostname } from 'node:os';
import type { Needs } from '../app/needs.ts';
import { readProcess } from '../platform/processes.ts';
import { readWriter } from '../workers/resources/processes.ts';

/**
 * Takes the heartbeats of processes away that died without a word, and those off the list of the living. Only the supervisor may: it knows that every
 * heartbeat of its home was written on this machine, and tells of each death itself.
 */
export async function retireDead({
  heartbeats,
  registry,
  clock,
}: Pick<Needs, 'heartbeats' | 'registry' | 'clock'>): Promise<void> {
  // Without /proc nobody can be seen, which is not being dead.
  if (readProcess(process.pid) === null) return;
  for (const file of await heartbeats.read()) {
    if (file.kind === 'unreadable' || readWriter(file.heartbeat, clock.now()) !== null) continue;
    await heartbeats.retire(file.heartbeat.component, file.heartbeat.instance);
  }
  await retireListed(registry, clock.now());
}

/** Nothing rests on the list of the living: one that cannot be written forgets them by itself. */
async function retireListed(registry: Needs['registry'], now: number): Promise<void> {
  const listed = await registry.list(null).catch(() => []);
  for (const one of listed) {
    const startedAt = new Date(one.startedAt).toISOString();
    if (one.host !== hostname() || readWriter({ pid: one.pid, startedAt }, now) !== null) continue;
    await registry.withdraw(one).catch(() => undefined);
  }
}
