import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { NOTHING, sum, type Tally } from './tally.ts';

export interface Seeds {
  readonly from: number;
  readonly count: number;
}

export interface CampaignOptions extends Seeds {
  readonly jobs?: number;
  /** Name of a mutant of the protocol to run instead of the product as it is. */
  readonly mutant?: string | null;
  readonly signal?: AbortSignal;
  readonly onProgress?: (sofar: Tally) => void;
}

/** How many schedules a thread runs before it answers: few enough for progress, many enough to be worth a message. */
const AT_ONCE = 20;

/** Runs the schedules of all seeds in threads. Where `signal` aborts, what is under way is finished and no more is begun. */
export async function runCampaign(options: CampaignOptions): Promise<Tally> {
  const { jobs = availableParallelism(), count } = options;
  const portions = portionsOf(options);
  let total = NOTHING;
  const add = (tally: Tally) => {
    total = sum(total, tally);
    options.onProgress?.(total);
  };
  const threads = Math.min(jobs, Math.ceil(count / AT_ONCE));
  await Promise.all(Array.from({ length: threads }, () => work(options, portions, add)));
  return total;
}

function* portionsOf({ from, count }: Seeds): Generator<Seeds, undefined> {
  for (let done = 0; done < count; done += AT_ONCE)
    yield { from: from + done, count: Math.min(AT_ONCE, count - done) };
}

/** One thread, kept busy until there is nothing left to do. */
async function work(
  { mutant = null, signal }: CampaignOptions,
  portions: Generator<Seeds, undefined>,
  add: (tally: Tally) => void,
): Promise<void> {
  const worker = new Worker(new URL('./campaign-thread.ts', import.meta.url), { workerData: { mutant } });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const next = () => {
    const portion = signal?.aborted ? undefined : portions.next().value;
    if (portion === undefined) resolve();
    else worker.postMessage(portion);
  };
  worker.on('message', (tally: Tally) => {
    add(tally);
    next();
  });
  worker.once('error', reject);
  worker.once('exit', (code) => reject(new Error(`a thread of the simulation ended with code ${code}`)));
  next();
  try {
    await promise;
  } finally {
    await worker.terminate();
  }
}
