import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Calls } from './calls.ts';
import type { Place } from './connections.ts';
import { type Answer, answerTo, arrived, type Started, unavailable } from './messages.ts';

/** Runs calls on the ledger thread, as many at once as there are. */
export interface LedgerThread {
  /** @throws GhostError ledger_unavailable when it was not done, or the thread ended before it answered */
  call<K extends keyof Calls>(name: K, ...args: Parameters<Calls[K]>): Promise<ReturnType<Calls[K]>>;
  /** Finishes what was called before, then ends the thread. Closing twice is fine. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** @throws GhostError ledger_unsafe, ledger_newer, ledger_unavailable */
export async function startLedgerThread(place: Place): Promise<LedgerThread> {
  // The same name beside this file, whether it runs from source or compiled.
  const file = new URL(`./ledger-thread${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  const worker = new Worker(file, { workerData: place });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const started = await startOf(worker);
  if (started.kind === 'started') return clientOf(worker, ended);
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

function clientOf(worker: Worker, ended: Promise<void>): LedgerThread {
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let end: Error | null = null;
  let closing: Promise<void> | null = null;

  worker.on('message', (answers: readonly Answer[]) => {
    for (const answer of answers) {
      const call = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (answer.kind === 'done') call?.resolve(answer.value);
      else call?.reject(arrived(answer.error));
    }
  });
  worker.on('error', (error) => finish(unavailable(`its thread broke: ${error.message}`)));
  worker.on('exit', () => finish(unavailable('its thread has ended')));

  function finish(error: Error): void {
    end ??= error;
    for (const { reject } of waiting.values()) reject(end);
    waiting.clear();
  }

  return {
    async call(name, ...args) {
      if (end || closing) throw end ?? unavailable('it was closed');
      const id = calls++;
      const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      worker.postMessage({ id, name, args });
      return answerTo<typeof name>(await answered);
    },
    close() {
      closing ??= endOf();
      return closing;
    },
  };

  async function endOf(): Promise<void> {
    if (!end) worker.postMessage('close');
    await ended;
  }
}
