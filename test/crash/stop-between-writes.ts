import { readdirSync, readFileSync } from 'node:fs';
import { begin, openWriter } from '../../src/adapters/sqlite/database.ts';
import type { Home } from '../../src/main/home.ts';
import { type Child, eventually } from '../world/processes.ts';

/**
 * Stops a process while this one has the write locks of its stores in hand: one that is stopped in mid commit keeps
 * everybody else waiting, which is another story. A write that the process was about to begin is under way when it goes on.
 */
export async function stopBetweenWrites(
  child: Child,
  { ledgerFile, fleetingFile }: Pick<Home, 'ledgerFile' | 'fleetingFile'>,
): Promise<void> {
  const stores = [ledgerFile, fleetingFile].map((file) => openWriter(file));
  try {
    for (const store of stores) begin(store, () => undefined);
    child.process.kill('SIGSTOP');
    await eventually('every thread of it is stopped', () => isStopped(child));
  } finally {
    for (const store of stores) store.close();
  }
}

function isStopped({ process: { pid, exitCode, signalCode } }: Child): boolean {
  if (exitCode !== null || signalCode !== null) throw new Error('the process ended instead of stopping');
  return readdirSync(`/proc/${pid}/task`).every((thread) => stateOf(`/proc/${pid}/task/${thread}`) === 'T');
}

function stateOf(folder: string): string | undefined {
  return readFileSync(`${folder}/stat`, 'latin1')
    .replace(/^.*\) /, '')
    .at(0);
}
