import { Worker } from 'node:worker_threads';
import type { Compared, Pictures } from '../../ports/camera.ts';

/** What a thread that compares is given. */
export interface Comparison {
  readonly pictures: Pictures;
  readonly threshold: number;
}

/**
 * Compares in a thread of its own: the process renews leases meanwhile, and a large page takes seconds.
 * @throws what the thread throws, also for what is no picture
 */
export function compareInThread(thread: URL, comparison: Comparison): Promise<Compared> {
  const { promise, resolve, reject } = Promise.withResolvers<Compared>();
  const worker = new Worker(thread, { workerData: comparison });
  worker.once('message', resolve);
  worker.once('error', reject);
  // Without effect where one of them came before.
  worker.once('exit', (code) => reject(new Error(`the thread that compares ended with code ${code}`)));
  return promise;
}
