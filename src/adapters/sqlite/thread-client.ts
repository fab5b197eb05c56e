import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Calls } from './calls.ts';
import type { Place } from './connections.ts';
import { type Answer, answerTo, arrived, type Started, unanswered, unavailable } from './messages.ts';

/** Runs calls on the ledger thread, as many at once as there are. */
export interface LedgerThread {
  /** @throws GhostError ledger_unavailable when it was not done, ledger_unknown for a write that the thread left unanswered */
  call<K extends keyof Calls>(name: K, ...args: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>>;
  /** Finishes what was called before, then ends the thread. Closing twice is fine. */
  close(): Promise<void>;
}

interface Waiting {
  readonly name: keyof Calls;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Told once when the thread ended although nobody closed it: nothing will work any more. */
export type OnDead = (problem: string) => void;

/** @throws GhostError ledger_unsafe, ledger_newer, ledger_unavailable */
export function startLedgerThread(place: Place, onDead: OnDead): Promise<LedgerThread> {
  // The same name beside this file, whether it runs from source or compiled.
  const file = new URL(`./ledger-thread${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  return clientOf(new Worker(file, { workerData: place }), onDead);
}

/** Waits for the first word of a ledger thread, then calls on it. */
export async function clientOf(worker: Worker, onDead: OnDead): Promise<LedgerThread> {
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const started = await startOf(worker);
  if (started.kind === 'started') return callsOn(worker, ended, onDead);
  await ended;
  throw arrived(started.error);
}

/** The first message of the thread; one that breaks before it has no other word. */
function startOf(worker: Worker): Promise<Started> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error) => reject(unavailable(`its thread did not start: ${error.message}`)));
    worker.once('exit', () => reject(unavailable('its thread ended at the start')));
  });
}

function callsOn(worker: Worker, ended: Promise<void>, onDead: OnDead): LedgerThread {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let end: string | null = null;
  let closing: Promise<void> | null = null;

  worker.on('message', (answers: readonly Answer[]) => {
    for (const answer of answers) {
      const call = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.kind === 'done') call?.resolve(answer.value);
      else call?.reject(arrived(answer.error));
    }
  });
  let broken: string | null = null;
  worker.on('error', (error) => {
    broken = `its thread broke: ${error instanceof Error ? error.message : error}`;
  });
  // Not at the error: what the thread answered before it is delivered until here.
  worker.on('exit', () => finish(broken ?? 'its thread has ended'));

  function finish(problem: string): void {
    end = problem;
    for (const { name, reject } of waiting.values()) reject(unanswered(name, problem));
    waiting.clear();
    if (!closing || broken !== null) onDead(problem);
  }

  return {
    async call(name, ...args) {
      if (end !== null || closing) throw unavailable(end ?? 'it was closed');
      const id = calls++;
      const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { name, resolve, reject }));
      worker.postMessage({ id, name, args });
      return answerTo<typeof name>(await answered);
    },
    close() {
      closing ??= endOf();
      return closing;
    },
  };

  async function endOf(): Promise<void> {
    if (end === null) worker.postMessage('close');
    await ended;
  }
}
