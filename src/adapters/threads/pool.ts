import { Worker } from 'node:worker_threads';

export interface Pool {
  /** Lends a thread to one task at a time, in the order of asking. @throws Error once the pool is closed */
  use<T>(task: (worker: Worker) => Promise<Used<T>>): Promise<T>;
  /** Ends all threads, also those at work. Closing twice is fine. */
  close(): Promise<void>;
}

/** A thread that is `spent` has ended or is not to be trusted with another task. */
interface Used<T> {
  readonly value: T;
  readonly worker: 'free' | 'spent';
}

/** Threads are started when they are needed and kept; an idle one does not keep its process alive. */
export function threadPool(
  file: URL,
  { threads, memoryMib }: { readonly threads: number; readonly memoryMib: number },
): Pool {
  const all = new Set<Worker>();
  const idle: Worker[] = [];
  const line: { readonly start: (worker: Worker) => void; readonly refuse: (error: Error) => void }[] = [];
  let isClosed = false;

  function begin(): Worker {
    const worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: memoryMib } });
    all.add(worker);
    // A thread that breaks tells whoever uses it; without a listener here it would end the process while it is idle.
    worker.on('error', () => undefined);
    worker.once('exit', () => lose(worker));
    return worker;
  }

  function lose(worker: Worker): void {
    all.delete(worker);
    const at = idle.indexOf(worker);
    if (at >= 0) idle.splice(at, 1);
    if (isClosed) return;
    const next = line.shift();
    if (next !== undefined) next.start(begin());
  }

  function giveBack(worker: Worker): void {
    if (!all.has(worker)) return;
    const next = line.shift();
    if (next === undefined) {
      worker.unref();
      idle.push(worker);
    } else next.start(worker);
  }

  async function borrow(): Promise<Worker> {
    if (isClosed) throw closed();
    const free = idle.pop();
    if (free !== undefined) return free;
    if (all.size < threads) return begin();
    return new Promise((start, refuse) => line.push({ start, refuse }));
  }

  return {
    async use(task) {
      const worker = await borrow();
      worker.ref();
      try {
        const { value, worker: state } = await task(worker);
        if (state === 'free') giveBack(worker);
        else await worker.terminate();
        return value;
      } catch (error) {
        await worker.terminate();
        throw error;
      }
    },
    async close() {
      isClosed = true;
      for (const { refuse } of line.splice(0)) refuse(closed());
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

function closed(): Error {
  return new Error('the threads that work on changes are closed');
}
