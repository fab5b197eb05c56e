import type { Health, Heartbeat } from './heartbeat.ts';

/** How a component stands, judged from outside by its last heartbeat. */
export interface Freshness {
  readonly health: Health;
  /** Negative when the writer's clock is ahead of the reader's. */
  readonly ageMs: number;
  readonly problem: string | null;
}

/** A heartbeat counts for as long as it said it would; after that nothing is known. @param now the reader's clock, ms since 1970 */
export function freshnessOf(heartbeat: Heartbeat, now: number): Freshness {
  const ageMs = now - Date.parse(heartbeat.at);
  if (Number.isNaN(ageMs))
    return { health: 'unknown', ageMs: 0, problem: `its time ${heartbeat.at} cannot be read` };
  if (ageMs > heartbeat.staleAfterMs)
    return {
      health: 'unknown',
      ageMs,
      problem: `silent for ${ageMs} ms, expected a beat every ${heartbeat.staleAfterMs} ms`,
    };
  return { health: heartbeat.status, ageMs, problem: null };
}
