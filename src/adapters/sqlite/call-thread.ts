import type { Worker } from 'node:worker_threads';
import type { GhostError } from '../../core/errors.ts';
import { type Answer, arrived, type Started } from './messages.ts';

/** What a thread can be asked for: its operations, by name. */
type Operations<C> = { readonly [K in keyof C]: (...args: never[]) => unknown };

/** Runs calls on a thread, as many at once as there are. */
export interface CallThread<C extends Operations<C>> {
  /** @throws GhostError in the words of the store */
  call<K extends keyof C>(name: K, ...args: Parameters<C[K]>): Promise<ReturnType<C[K]>>;
  /** Finishes what was called before, then ends the thread. Closing twice is fine. */
  close(): Promise<void>;
}

/** How a store says that it cannot. */
export interface StoreWords<C> {
  /** Nothing was done. */
  unavailable(problem: string): GhostError;
  /** The call was sent and will not be answered. */
  unanswered(name: keyof C, problem: string): GhostError;
}

/** Told once when the thread ended although nobody closed it: nothing will work any more. */
export type OnDead = (problem: string) => void;

/** Waits for the first word of a thread, then calls on it. */
export async function callThread<C extends Operations<C>>(
  worker: Worker,
  words: StoreWords<C>,
  onDead: OnDead,
): Promise<CallThread<C>> {
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const started = await startOf(worker, words.unavailable);
  if (started.kind === 'started') return callsOn<C>(worker, { words, ended, onDead });
  await ended;
  throw arrived(started.error);
}

/** The first message of the thread; one that breaks before it has no other word. */
function startOf(worker: Worker, unavailable: (problem: string) => GhostError): Promise<Started> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error) => reject(unavailable(`its thread did not start: ${error.message}`)));
    worker.once('exit', () => reject(unavailable('its thread ended at the start')));
  });
}

interface Waiting<C> {
  readonly name: keyof C;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Called<C> {
  readonly id: number;
  readonly name: keyof C;
  readonly args: readonly unknown[];
}

interface Life<C> {
  readonly words: StoreWords<C>;
  readonly ended: Promise<void>;
  readonly onDead: OnDead;
}

function callsOn<C extends Operations<C>>(worker: Worker, { words, ended, onDead }: Life<C>): CallThread<C> {
  const waiting = new Map<number, Waiting<C>>();
  const unsent: Called<C>[] = [];
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
    for (const { name, reject } of waiting.values()) reject(words.unanswered(name, problem));
    waiting.clear();
    if (!closing || broken !== null) onDead(problem);
  }

  return {
    async call<K extends keyof C>(name: K, ...args: Parameters<C[K]>) {
      if (end !== null || closing) throw words.unavailable(end ?? 'it was closed');
      const id = calls++;
      const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { name, resolve, reject }));
      if (unsent.length === 0) setImmediate(send);
      unsent.push({ id, name, args });
      return (await answered) as ReturnType<C[K]>;
    },
    close() {
      closing ??= endOf();
      return closing;
    },
  };

  /** What is called in one turn of the loop goes as one message: each wakes the thread, and costs it a turn. */
  function send(): void {
    if (unsent.length === 0) return;
    const calls = unsent.splice(0);
    try {
      worker.postMessage(calls);
    } catch {
      for (const call of calls) sendAlone(call);
    }
  }

  /** What no thread can be handed is an error of whoever called with it, and of nobody else. */
  function sendAlone(call: Called<C>): void {
    try {
      worker.postMessage([call]);
    } catch (error) {
      waiting.get(call.id)?.reject(error instanceof Error ? error : new Error(String(error)));
      waiting.delete(call.id);
    }
  }

  async function endOf(): Promise<void> {
    send();
    if (end === null) worker.postMessage('close');
    await ended;
  }
}
