import { type Base, type Connection, ProduceAcks, Producer } from '@platformatic/kafka';
import type { FoundTopic } from '../../ports/event-publisher.ts';
import type { TopicMessage } from './message.ts';
import { clientOptions, type KafkaSettings } from './settings.ts';

/** A producer and its connections, used until the first thing that goes wrong. */
export interface Link {
  /** As the brokers told it some seconds ago at most. */
  topic(): Promise<FoundTopic>;
  /** Resolves when all replicas in sync have all of it. A batch of one partition is taken whole or not at all. */
  send(partition: number, messages: readonly TopicMessage[]): Promise<void>;
  /** Ends every connection at once; what is under way rejects. */
  drop(): void;
}

/** Connects when it is first used. Whatever the package waits for, nothing takes longer than `patienceMs`. */
export function openLink(settings: KafkaSettings, patienceMs: number): Link {
  const { topic } = settings;
  const pending = new Set<(error: Error) => void>();
  const producer = new Producer({
    ...clientOptions(settings, patienceMs),
    acks: ProduceAcks.ALL,
    idempotent: false,
  });
  return {
    topic: () => bounded(findTopic(producer, topic)),
    send: async (partition, messages) => {
      const records = messages.map((message) => ({ ...message, topic, partition }));
      await bounded(producer.send({ messages: records, acks: ProduceAcks.ALL }));
    },
    drop: () => {
      dropConnections(producer);
      for (const reject of pending) reject(new Error('we ended the connection'));
    },
  };

  function bounded<T>(answer: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(() => reject(new Error('it timed out')), patienceMs);
    pending.add(reject);
    answer.then(resolve, reject);
    return promise.finally(() => {
      clearTimeout(timer);
      pending.delete(reject);
    });
  }
}

/** @throws what the brokers say, as the package words it */
export async function findTopic(client: Base, topic: string): Promise<FoundTopic> {
  const { id: cluster, topics } = await client.metadata({ topics: [topic] });
  const found = topics.get(topic);
  if (found === undefined) throw new Error(`Unknown topic ${topic}.`);
  // Brokers before Kafka 2.8 know no ids; the package gives the name in its place.
  return { cluster, topic, id: found.id === topic ? null : found.id, partitions: found.partitionsCount };
}

/** A polite end would wait for whom does not answer. */
export function dropConnections(client: Base): void {
  const connections: Connection[] = [...client.connections].map(([, connection]) => connection);
  client.close(() => undefined);
  for (const connection of connections) connection.socket?.destroy();
}
