import { randomUUID } from 'node:crypto';
import { Admin, Consumer, type KafkaRecord } from '@platformatic/kafka';
import type { CloudEvent } from '../../src/core/ledger/cloud-event.ts';
import { eventually } from './processes.ts';

/** A record as any reader of Kafka sees it. */
export interface TopicRecord {
  readonly partition: number;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly event: CloudEvent;
}

/** Topics of one broker, made and read from outside. */
export interface Topics {
  /** Makes one, and waits until it takes events; its name. */
  make(given?: {
    readonly topic?: string;
    readonly partitions?: number;
    readonly configs?: Readonly<Record<string, string>>;
  }): Promise<string>;
  grow(topic: string, partitions: number): Promise<void>;
  remove(topic: string): Promise<void>;
  /** All of it from its beginning, in the order of each partition. */
  read(topic: string): Promise<readonly TopicRecord[]>;
  close(): Promise<void>;
}

/** Of the only broker there is. */
const NODE = 1;
const MOST_BYTES = 50_000_000;

export function topicsOf(broker: string): Topics {
  const client = { clientId: 'test', bootstrapBrokers: [broker], retryDelay: 50 };
  const admin = new Admin(client);
  const partitionsOf = async (topic: string) => {
    const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true });
    return topics.get(topic)?.partitions ?? [];
  };
  return {
    async make({ topic = `ghost.${randomUUID()}`, partitions = 3, configs = {} } = {}) {
      const named = Object.entries(configs).map(([name, value]) => ({ name, value }));
      await admin.createTopics({ topics: [topic], partitions, replicas: 1, configs: named });
      await eventually('all partitions have a leader', async () => {
        const found = await partitionsOf(topic).catch(() => []);
        return found.length === partitions && (await endsOf(topic).catch(() => [])).length === partitions;
      });
      return topic;
    },
    async grow(topic, partitions) {
      const more = partitions - (await partitionsOf(topic)).length;
      const assignments = Array.from({ length: more }, () => ({ brokerIds: [NODE] }));
      await admin.createPartitions({ topics: [{ name: topic, count: partitions, assignments }] });
      await eventually(
        'the new ones are there',
        async () => (await partitionsOf(topic)).length === partitions,
      );
    },
    remove: (topic) => admin.deleteTopics({ topics: [topic] }),
    read,
    close: () => admin.close(),
  };

  /** Rejects while a partition has no leader. */
  async function endsOf(topic: string): Promise<readonly bigint[]> {
    const partitions = (await partitionsOf(topic)).map((_, partitionIndex) => ({
      partitionIndex,
      timestamp: -1n,
    }));
    const [told] = await admin.listOffsets({ topics: [{ name: topic, partitions }] });
    return (told?.partitions ?? [])
      .toSorted((one, other) => one.partitionIndex - other.partitionIndex)
      .map(({ offset }) => offset);
  }

  async function read(topic: string): Promise<readonly TopicRecord[]> {
    const ends = await endsOf(topic);
    const { topics } = await admin.metadata({ topics: [topic] });
    const topicId = topics.get(topic)?.id ?? '';
    const consumer = new Consumer({ ...client, groupId: randomUUID() });
    const next = ends.map(() => 0n);
    const records: TopicRecord[] = [];
    try {
      while (next.some((offset, partition) => offset < (ends[partition] ?? 0n))) {
        const partitions = next.map((fetchOffset, partition) => ({
          ...{ partition, fetchOffset, currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
          partitionMaxBytes: MOST_BYTES,
        }));
        const { responses } = await consumer.fetch({
          ...{ node: NODE, maxWaitTime: 50, minBytes: 1, maxBytes: MOST_BYTES },
          topics: [{ topicId, partitions }],
        });
        for (const { partitionIndex, records: batches } of responses.flatMap((one) => one.partitions))
          for (const { firstOffset, records: read } of batches ?? []) {
            records.push(...read.map((record) => recordOf(record, partitionIndex)));
            next[partitionIndex] = firstOffset + BigInt(read.length);
          }
      }
      return records;
    } finally {
      await consumer.close(true);
    }
  }
}

function recordOf({ key, value, headers }: KafkaRecord, partition: number): TopicRecord {
  const named = headers.map(([name, text]) => [`${name}`, `${text}`]);
  return { partition, key: `${key}`, headers: Object.fromEntries(named), event: JSON.parse(`${value}`) };
}

/** Of each key: the positions in the order in which a reader of its partition sees them, repetitions left out. */
export function firstSeen(records: readonly TopicRecord[]): ReadonlyMap<string, readonly number[]> {
  const seen = new Set<string>();
  const first = records.filter(({ event }) => !seen.has(event.id) && seen.add(event.id));
  const byKey = Map.groupBy(first, ({ key }) => key);
  return new Map([...byKey].map(([key, theirs]) => [key, theirs.map(({ event }) => Number(event.sequence))]));
}
