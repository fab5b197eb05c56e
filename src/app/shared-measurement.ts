import type { Dependency, Measured } from '../ports/dependency.ts';
import type { Needs } from './needs.ts';

/** As long as whoever asks for a status waits for one: of a store that hangs, no more are under way than it takes to give up. */
const SHARED_FOR_MS = 2_000;

export interface Measurement {
  /** How long before it was asked for it began; 0 where it began for this one. */
  readonly ageMs: number;
  readonly outcome: Promise<Measured>;
}

interface Begun {
  /** By the monotonic clock. */
  readonly at: number;
  readonly outcome: Promise<Measured>;
}

/** Kept by the store itself: status, readiness and health of a process ask the same one. */
const newest = new WeakMap<Dependency, Begun>();

/**
 * Anybody may ask how a store is, and each look at it may be a connection and a write. So all who ask within 2 s of the
 * beginning of one look share it, under way or over, whatever came of it.
 */
export function sharedMeasurement({ clock }: Pick<Needs, 'clock'>, dependency: Dependency): Measurement {
  const now = clock.monotonic();
  const last = newest.get(dependency);
  if (last !== undefined && now - last.at < SHARED_FOR_MS)
    return { ageMs: Math.round(now - last.at), outcome: last.outcome };
  const outcome = (async () => dependency.measure())();
  newest.set(dependency, { at: now, outcome });
  return { ageMs: 0, outcome };
}
