import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type CallThread, callThread, type OnDead } from './call-thread.ts';
import type { Calls } from './calls.ts';
import type { Place } from './connections.ts';
import { unanswered, unavailable } from './messages.ts';

/** Throws ledger_unavailable for what was not done, ledger_unknown for a write that the thread left unanswered. */
export type LedgerThread = CallThread<Calls>;

/** @throws GhostError ledger_unsafe, ledger_newer, ledger_unavailable */
export function startLedgerThread(place: Place, onDead: OnDead): Promise<LedgerThread> {
  // The same name beside this file, whether it runs from source or compiled.
  const file = new URL(`./ledger-thread${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  return clientOf(new Worker(file, { workerData: place }), onDead);
}

/** Waits for the first word of a ledger thread, then calls on it. */
export function clientOf(worker: Worker, onDead: OnDead): Promise<LedgerThread> {
  return callThread<Calls>(worker, { unavailable, unanswered }, onDead);
}
