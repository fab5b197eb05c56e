import type { Worker } from 'node:worker_threads';

/** How long a thread may work on one task without asking anything. */
export interface Patience {
  /** Of processor time that it takes itself. More than that is the task's fault. */
  readonly computeMs: number;
  /** Of time that passes, whatever it does. More than that is ours: the machine did not get to it. */
  readonly waitMs: number;
}

export type Impatience =
  | { readonly kind: 'overlong' }
  | { readonly kind: 'starved'; readonly computedMs: number };

const LONGEST_BETWEEN_LOOKS_MS = 1_000;

/**
 * Looks at a thread from time to time until it is stopped, and tells once when it lost patience. Looks are counted
 * rather than the clock read: while this process is stopped nobody waits, and the thread does not compute either.
 */
export function watchThread(
  worker: Worker,
  { computeMs, waitMs }: Patience,
  lose: (why: Impatience) => void,
): { stop(): void } {
  const everyMs = Math.min(LONGEST_BETWEEN_LOOKS_MS, computeMs / 4, waitMs / 4);
  let waitedMs = 0;
  let atFirst: number | null = null;
  let computedMs = 0;
  let isAsked = false;
  let isOver = false;

  const timer = setInterval(() => {
    waitedMs += everyMs;
    if (waitedMs >= waitMs) end({ kind: 'starved', computedMs });
    else if (!isAsked) void ask();
  }, everyMs);
  function stop(): void {
    isOver = true;
    clearInterval(timer);
  }
  function end(why: Impatience): void {
    stop();
    lose(why);
  }
  /** The answer comes from the thread, at the latest when it is back from code that nothing interrupts. */
  async function ask(): Promise<void> {
    isAsked = true;
    const now = await processorMs(worker);
    isAsked = false;
    if (now === null || isOver) return;
    atFirst ??= now;
    computedMs = now - atFirst;
    if (computedMs >= computeMs) end({ kind: 'overlong' });
  }
  return { stop };
}

/** Null for a thread that has not begun or has ended. */
async function processorMs(worker: Worker): Promise<number | null> {
  try {
    const { user, system } = await worker.cpuUsage();
    return (user + system) / 1_000;
  } catch {
    return null;
  }
}
