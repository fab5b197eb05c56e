import { type Backoff, fullJitter } from '../platform/backoff.ts';
import type { EventPublisher } from '../ports/event-publisher.ts';
import type { Needs } from './needs.ts';

/** Under which the outbox remembers how far the publisher has come. */
const PUBLISH_READER = 'publisher';

const PAGE = 500;
const BACKOFF: Backoff = { baseMs: 200, capMs: 10_000 };
/** Without a step forward: about 12 s on average, then whoever called tells the problem and calls again. */
const MOST_FAILURES = 8;

export interface Publishing {
  readonly publisher: EventPublisher;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/**
 * Publishes what the outbox tells after its cursor, in order, and moves the cursor only past what was acknowledged. Only
 * one may do so at a time. The answer is what stands in the way, in words; null when everything was told or `signal` aborted.
 */
export async function publishOutbox(
  { outbox, clock }: Pick<Needs, 'outbox' | 'clock'>,
  { publisher, random }: Publishing,
  signal: AbortSignal,
): Promise<string | null> {
  let position = await outbox.cursor(PUBLISH_READER);
  let failures = 0;
  while (!signal.aborted) {
    const page = await outbox.after(position, PAGE);
    if (page.length === 0) return null;
    const answer = await publisher.publish(page);
    const last = answer.kind === 'all' ? page.at(-1) : page[answer.acknowledged - 1];
    if (last !== undefined) {
      position = last.position;
      await outbox.moveCursor(PUBLISH_READER, position);
      failures = 0;
    }
    if (answer.kind === 'all') continue;
    failures += 1;
    if (failures > MOST_FAILURES) return answer.problem;
    await clock.sleep(fullJitter(BACKOFF, failures, random), signal);
  }
  return null;
}
