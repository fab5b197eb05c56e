import type { Clock } from '../platform/clock.ts';

/** Something that must work before requests are welcome. */
export interface ReadinessCheck {
  readonly name: string;
  /** Rejects when it does not work. */
  check(): Promise<unknown>;
}

export interface CheckedReadiness {
  readonly name: string;
  readonly ready: boolean;
  readonly durationMs: number;
  /** For the log: it may tell strangers too much. */
  readonly problem: string | null;
}

/** Runs all checks side by side; one that takes longer than `deadlineMs` has failed. */
export function checkReadiness(
  checks: readonly ReadinessCheck[],
  { clock, deadlineMs }: { readonly clock: Clock; readonly deadlineMs: number },
): Promise<readonly CheckedReadiness[]> {
  return Promise.all(
    checks.map(async ({ name, check }) => {
      const startedAt = clock.monotonic();
      const problem = await problemOf(check, { clock, deadlineMs });
      const durationMs = Math.round(clock.monotonic() - startedAt);
      return { name, ready: problem === null, durationMs, problem };
    }),
  );
}

async function problemOf(
  check: () => Promise<unknown>,
  { clock, deadlineMs }: { readonly clock: Clock; readonly deadlineMs: number },
): Promise<string | null> {
  const answered = new AbortController();
  const late = clock.sleep(deadlineMs, answered.signal).then(() => `no answer within ${deadlineMs} ms`);
  const tried = (async () => check())().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const problem = await Promise.race([tried, late]);
  answered.abort();
  return problem;
}
