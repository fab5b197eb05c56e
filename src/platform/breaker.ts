import CircuitBreaker from 'opossum';

/** Stops calling what keeps failing: after too many failures it refuses at once, and tries again after a while. */
export interface Breaker<Arguments extends unknown[] = never[], Result = unknown> {
  readonly name: string;
  /** @throws BreakerOpen without calling; BreakerTimeout when the call takes too long; else what the call throws */
  run(...args: Arguments): Promise<Result>;
  state(): BreakerState;
  /** Counts over the last `windowMs`. */
  stats(): BreakerStats;
  close(): void;
}

type BreakerState = 'closed' | 'open' | 'half-open';

interface BreakerStats {
  readonly successes: number;
  readonly failures: number;
  readonly refused: number;
  readonly timeouts: number;
}

export interface BreakerOptions {
  readonly timeoutMs: number;
  /** Share of failures, in percent, at which it opens. */
  readonly errorPercentage?: number;
  /** How many calls the window must hold before the share means anything. */
  readonly volume?: number;
  readonly windowMs?: number;
  /** How long it stays open before one call may try again. */
  readonly resetMs?: number;
}

export class BreakerOpen extends Error {
  override readonly name = 'BreakerOpen';
  readonly code = 'breaker_open';
}

export class BreakerTimeout extends Error {
  override readonly name = 'BreakerTimeout';
  readonly code = 'breaker_timeout';
}

export function breaker<Arguments extends unknown[], Result>(
  name: string,
  action: (...args: Arguments) => Promise<Result>,
  options: BreakerOptions,
): Breaker<Arguments, Result> {
  const circuit = new CircuitBreaker(action, {
    name,
    timeout: options.timeoutMs,
    errorThresholdPercentage: options.errorPercentage ?? 50,
    volumeThreshold: options.volume ?? 5,
    rollingCountTimeout: options.windowMs ?? 10_000,
    resetTimeout: options.resetMs ?? 10_000,
  });
  return {
    name,
    run: (...args) =>
      circuit.fire(...args).catch((error: unknown) => {
        throw named(name, options.timeoutMs, error);
      }),
    state: () => (circuit.opened ? 'open' : circuit.halfOpen ? 'half-open' : 'closed'),
    stats: () => {
      const { successes, failures, rejects, timeouts } = circuit.stats;
      return { successes, failures, refused: rejects, timeouts };
    },
    close: () => circuit.shutdown(),
  };
}

function named(name: string, timeoutMs: number, error: unknown): unknown {
  if (!(error instanceof Error && CircuitBreaker.isOurError(error)) || !('code' in error)) return error;
  return error.code === 'ETIMEDOUT'
    ? new BreakerTimeout(`${name} did not answer within ${timeoutMs} ms`, { cause: error })
    : new BreakerOpen(`${name} failed too often and is not called for now`, { cause: error });
}
