import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { fail } from '../../../core/errors.ts';
import type { Clock } from '../../../platform/clock.ts';
import { type CallThread, callThread } from '../call-thread.ts';
import type { FleetingCalls } from './calls.ts';

/** A thread that does not start is left alone for this long. */
const START_AGAIN_MS = 5_000;

const unavailable = (problem: string) => fail('store_unavailable', { problem });
const WORDS = { unavailable, unanswered: (_name: unknown, problem: string) => unavailable(problem) };

/**
 * The thread of the file, started at the first call: a command that needs nothing of it pays nothing. One that died, or
 * did not start, is started anew by a later call.
 */
export function fleetingThread(options: {
  readonly file: string;
  readonly clock: Clock;
}): CallThread<FleetingCalls> {
  const file = resolve(options.file);
  let started: Promise<CallThread<FleetingCalls>> | null = null;
  let failed: { readonly at: number; readonly error: unknown } | null = null;
  let isClosed = false;

  const thread = () => {
    if (failed !== null && options.clock.monotonic() - failed.at < START_AGAIN_MS) throw failed.error;
    started ??= start();
    return started;
  };
  const start = async () => {
    try {
      return await callThread<FleetingCalls>(workerOn(file), WORDS, () => {
        started = null;
      });
    } catch (error) {
      failed = { at: options.clock.monotonic(), error };
      started = null;
      throw error;
    }
  };

  return {
    async call(name, ...args) {
      if (isClosed) throw unavailable('it was closed');
      return (await thread()).call(name, ...args);
    },
    async close() {
      isClosed = true;
      const running = await started?.catch(() => null);
      await running?.close();
    },
  };
}

function workerOn(file: string): Worker {
  // The same name beside this file, whether it runs from source or compiled.
  const module = new URL(`./fleeting-thread${extname(fileURLToPath(import.meta.url))}`, import.meta.url);
  return new Worker(module, { workerData: { file } });
}
