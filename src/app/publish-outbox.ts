import { type Backoff, fullJitter } from '../platform/backoff.ts';
import type { EventPublisher } from '../ports/event-publisher.ts';
import type { Needs } from './needs.ts';

/** Under which the outbox remembers how far the publisher has come. */
export const PUBLISH_READER = 'publisher';

const PAGE = 500;
const BACKOFF: Backoff = { baseMs: 200, capMs: 10_000 };
/** Without a step forward: about 12 s on average, then whoever called tells the problem and calls again. */
const MOST_FAILURES = 8;

export interface Progress {
  /** Of the last event that was acknowledged. */
  readonly position: number;
  /** How many wait. */
  readonly behind: number;
  /** When the oldest of them happened, in milliseconds since 1970; null when none waits. */
  readonly waitingSince: number | null;
  /** What stands in the way of the next one, in words; null when nothing does. */
  readonly problem: string | null;
}

export interface Publishing {
  readonly publisher: EventPublisher;
  /** Told after each step forward, and after each that failed. */
  readonly tell?: (progress: Progress) => void;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Publishes what the outbox tells after its cursor, in order, and moves the cursor only past what was acknowledged. Only
 * one may do so at a time. The answer is what stands in the way, in words; null when everything was told or `signal` aborted.
 */
export async function publishOutbox(
  { outbox, clock }: Pick<Needs, 'outbox' | 'clock'>,
  { publisher, random, tell }: Publishing,
  signal: AbortSignal,
): Promise<string | null> {
  let position = await outbox.cursor(PUBLISH_READER);
  let failures = 0;
  while (!signal.aborted) {
    const page = await outbox.after(position, PAGE);
    if (page.length === 0) {
      tell?.({ position, behind: 0, waitingSince: null, problem: null });
      return null;
    }
    const answer = await publisher.publish(page);
    const acknowledged = answer.kind === 'all' ? page.length : answer.acknowledged;
    const last = page[acknowledged - 1];
    if (last !== undefined) {
      position = last.position;
      await outbox.moveCursor(PUBLISH_READER, position);
      failures = 0;
    }
    const problem = answer.kind === 'all' ? null : answer.problem;
    const waitingSince = page[acknowledged]?.at ?? null;
    tell?.({ position, behind: (await outbox.newest()) - position, waitingSince, problem });
    if (problem === null) continue;
    failures += 1;
    if (failures > MOST_FAILURES) return problem;
    await clock.sleep(fullJitter(BACKOFF, failures, random), signal);
  }
  return null;
}

/** How many events wait to be published. */
export async function behindBy({ outbox }: Pick<Needs, 'outbox'>): Promise<number> {
  const position = await outbox.cursor(PUBLISH_READER);
  return (await outbox.newest()) - position;
}
