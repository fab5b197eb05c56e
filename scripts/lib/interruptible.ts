import { stopSignal } from '../../src/main/stop-signal.ts';

interface Fleet {
  /** Ends every process of it at once. */
  kill(): void;
}

/**
 * Runs a campaign that Ctrl-C ends in order: what was acknowledged is finished and verified. A second time ends everything
 * at once.
 */
export async function interruptible<T>(
  run: (interruption: {
    readonly signal: AbortSignal;
    readonly onStarted: (fleet: Fleet) => void;
  }) => Promise<T>,
): Promise<T> {
  let started: Fleet | null = null;
  const stop = stopSignal(() => {
    started?.kill();
    process.exit(130);
  });
  try {
    return await run({
      signal: stop.signal,
      onStarted: (fleet) => {
        started = fleet;
      },
    });
  } finally {
    stop.dispose();
  }
}
