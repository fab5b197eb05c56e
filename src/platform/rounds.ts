import type { Clock } from './clock.ts';

/** How the last round went; `measuredAt` is RFC 3339, null before the first that worked. */
interface RoundFacts {
  readonly measuredAt: string | null;
  readonly problem: string | null;
}

export interface Rounds {
  facts(): RoundFacts;
  /** Lets the round under way end. Stopping twice is fine. */
  stop(): Promise<void>;
}

export interface RoundOptions {
  readonly clock: Clock;
  readonly everyMs: number;
  /** Numbered from 1; answers when it measured, RFC 3339. */
  readonly round: (sequence: number) => Promise<string>;
  /** Told of a round that threw; the next one comes all the same. */
  readonly failed: (error: unknown) => void;
}

/** Does the same thing again and again with a pause between, until it is stopped. */
export function startRounds({ clock, everyMs, round, failed }: RoundOptions): Rounds {
  const stopping = new AbortController();
  let facts: RoundFacts = { measuredAt: null, problem: null };
  const ended = run();
  return {
    facts: () => facts,
    stop: () => {
      stopping.abort();
      return ended;
    },
  };

  async function run(): Promise<void> {
    for (let sequence = 1; !stopping.signal.aborted; sequence += 1) {
      try {
        facts = { measuredAt: await round(sequence), problem: null };
      } catch (error) {
        facts = { ...facts, problem: error instanceof Error ? error.message : String(error) };
        failed(error);
      }
      await clock.sleep(everyMs, stopping.signal);
    }
  }
}
