import { type Backoff, fullJitter } from './backoff.ts';

/** How often something may be started before it is left alone for longer: restart intensity, as in Erlang/OTP. */
export interface RestartPolicy {
  /** This many starts in `withinMs` spend the budget. */
  readonly starts: number;
  readonly withinMs: number;
  readonly backoff: Backoff;
  /** Between two attempts once the budget is spent. */
  readonly degradedRetryMs: number;
}

export const RESTARTS: RestartPolicy = {
  starts: 5,
  withinMs: 60_000,
  backoff: { baseMs: 200, capMs: 10_000 },
  degradedRetryMs: 60_000,
};

/** What was observed until now; times are of one monotonic clock. */
export interface RestartHistory {
  readonly startedAt: readonly number[];
  readonly degraded: boolean;
}

export interface Restart {
  readonly waitMs: number;
  readonly history: RestartHistory;
}

/**
 * Decides, after an end at `now`, when the next start is due. Once the budget is spent it stays degraded until one
 * run lasted for `withinMs`.
 */
export function planRestart(
  policy: RestartPolicy,
  history: RestartHistory,
  { now, random }: { readonly now: number; readonly random: () => number },
): Restart {
  const startedAt = history.startedAt.filter((at) => now - at < policy.withinMs);
  const lasted = startedAt.length === 0 && history.startedAt.length > 0;
  const degraded = (history.degraded && !lasted) || startedAt.length >= policy.starts;
  const waitMs = degraded
    ? policy.degradedRetryMs
    : fullJitter(policy.backoff, Math.max(1, startedAt.length), random);
  return { waitMs, history: { startedAt, degraded } };
}

export function withStart(history: RestartHistory, at: number): RestartHistory {
  return { ...history, startedAt: [...history.startedAt, at] };
}
