import type { Clock } from '../platform/clock.ts';

/** Something that must work before requests are welcome. */
export interface ReadinessCheck {
  readonly name: string;
  /** Rejects when it does not work. */
  check(): Promise<unknown>;
}

/** The same, where others may have begun it already. */
export interface SharedCheck {
  readonly name: string;
  /** `ageMs`: how long ago it began; 0 where it begins now. */
  begin(): { readonly ageMs: number; readonly outcome: Promise<unknown> };
}

export interface CheckedReadiness {
  readonly name: string;
  readonly ready: boolean;
  readonly ageMs: number;
  /** How long whoever asked waited for it. */
  readonly durationMs: number;
  /** For the log: it may tell strangers too much. */
  readonly problem: string | null;
}

/** Runs all checks side by side; one that takes longer than `deadlineMs` has failed. */
export function checkReadiness(
  checks: readonly SharedCheck[],
  { clock, deadlineMs }: { readonly clock: Clock; readonly deadlineMs: number },
): Promise<readonly CheckedReadiness[]> {
  return Promise.all(
    checks.map(async ({ name, begin }) => {
      const startedAt = clock.monotonic();
      const { ageMs, outcome } = begin();
      const problem = await problemOf(outcome, { clock, deadlineMs });
      const durationMs = Math.round(clock.monotonic() - startedAt);
      return { name, ready: problem === null, ageMs, durationMs, problem };
    }),
  );
}

async function problemOf(
  outcome: Promise<unknown>,
  { clock, deadlineMs }: { readonly clock: Clock; readonly deadlineMs: number },
): Promise<string | null> {
  const answered = new AbortController();
  const late = clock.sleep(deadlineMs, answered.signal).then(() => `no answer within ${deadlineMs} ms`);
  const tried = outcome.then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const problem = await Promise.race([tried, late]);
  answered.abort();
  return problem;
}
