import { cloudEventOf } from '../../core/ledger/cloud-event.ts';
import type { LedgerEvent } from '../../core/ledger/event.ts';
import type { EventPublisher, FoundTopic } from '../../ports/event-publisher.ts';
import { type Link, openLink } from './link.ts';
import { messageOf } from './message.ts';
import { partitionOf } from './partition-of.ts';
import { problemOf } from './problem.ts';
import { type BatchLimit, MOST_BATCH_BYTES, type Outgoing, type Stop, sendLine } from './send-line.ts';
import type { KafkaSettings } from './settings.ts';

export interface KafkaPublisherOptions {
  readonly settings: KafkaSettings;
  /** Names the installation: `/ghost/<installation>`. */
  readonly source: string;
  /** Over how many of its partitions the events of a topic are spread: always the same number for one topic. */
  readonly spread: (found: FoundTopic) => Promise<number>;
  /** For each answer of a broker. */
  readonly patienceMs?: number;
}

interface Session {
  readonly link: Link;
  readonly limit: BatchLimit;
  /** What the last events were spread by. */
  spread: { readonly of: FoundTopic; readonly partitions: number } | null;
}

const PATIENCE_MS = 10_000;

/**
 * Publishes to a topic of Apache Kafka. A partition has one request under way; what is not acknowledged is sent again by
 * the next call. Whatever a late request brings after that, readers have seen before: nothing is sent while something
 * earlier of its workspace is not on the topic. So it is with two publishers too, one of which has lost its lease.
 */
export function kafkaPublisher(options: KafkaPublisherOptions): EventPublisher {
  const { settings, source, spread, patienceMs = PATIENCE_MS } = options;
  let session: Session | null = null;

  return {
    async publish(events) {
      if (events.length === 0) return { kind: 'all' };
      session ??= { link: openLink(settings, patienceMs), limit: { bytes: MOST_BATCH_BYTES }, spread: null };
      const stop = await send(session, events);
      if (stop === null) return { kind: 'all' };
      drop();
      return { kind: 'part', acknowledged: stop.index, problem: problemOf(stop.error, settings) };
    },
    close: async () => drop(),
  };

  /** Answers the first event that is not known to have arrived; those behind it may be there, in other partitions. */
  async function send(used: Session, events: readonly LedgerEvent[]): Promise<Stop | null> {
    const found = await used.link.topic().catch((error: unknown): Stop => ({ index: 0, error }));
    if ('error' in found) return found;
    const partitions = await partitionsOf(used, found);
    const { link, limit } = used;
    const lines = Map.groupBy(outgoing(events), ({ told }) => partitionOf(told.partitionkey, partitions));
    const stops = await Promise.all(
      [...lines].map(([partition, line]) => sendLine({ link, partition, limit }, line)),
    );
    return stops.filter((stop) => stop !== null).sort((one, other) => one.index - other.index)[0] ?? null;
  }

  async function partitionsOf(used: Session, found: FoundTopic): Promise<number> {
    if (used.spread === null || !isSame(used.spread.of, found))
      used.spread = { of: found, partitions: await spread(found) };
    return used.spread.partitions;
  }

  function outgoing(events: readonly LedgerEvent[]): readonly Outgoing[] {
    return events.map((event, index) => {
      const told = cloudEventOf(event, source);
      return { index, event, told, message: messageOf(told) };
    });
  }

  /** After a failure nobody knows what a connection still carries: the next call begins with a new one. */
  function drop(): void {
    session?.link.drop();
    session = null;
  }
}

function isSame(one: FoundTopic, other: FoundTopic): boolean {
  return one.cluster === other.cluster && one.id === other.id && one.partitions === other.partitions;
}
