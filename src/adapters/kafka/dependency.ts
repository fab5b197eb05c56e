import { Admin } from '@platformatic/kafka';
import type { Json } from '../../core/json.ts';
import type { Dependency } from '../../ports/dependency.ts';
import type { FoundTopic } from '../../ports/event-publisher.ts';
import { findingsOf } from './findings.ts';
import { dropConnections, findTopic } from './link.ts';
import { problemOf } from './problem.ts';
import { clientOptions, type KafkaSettings } from './settings.ts';
import { type TopicFacts, topicFacts } from './topic-facts.ts';

export interface KafkaDependencyOptions {
  readonly settings: KafkaSettings;
  /** Over how many partitions events are spread there; null before the first of them. */
  readonly spread: (found: FoundTopic) => Promise<number | null>;
  /** How many events wait to be published. */
  readonly behind: () => Promise<number>;
  readonly patienceMs?: number;
}

/** Shorter than whoever asks waits, so that the answer has a reason in it. */
const PATIENCE_MS = 1_800;

/** The topic, as an administrator would look at it. Each look has a connection of its own: it may be months to the next. */
export function kafkaDependency(options: KafkaDependencyOptions): Dependency {
  const { settings, spread, behind } = options;
  return {
    name: 'kafka',
    serves: ['event-publisher'],
    need: 'optional',
    measure: async () => {
      const { cluster, brokers, latencyMs, found, topic } = await look(options);
      const bound = found === null ? null : await spread(found);
      return {
        latencyMs,
        // Brokers tell what they can do, and not which release they are.
        version: null,
        details: {
          ...{ cluster, brokers, topic: settings.topic, ...(topic !== null && detailsOf(topic)) },
          ...{ spread: bound, behind: await behind() },
        },
        findings: findingsOf({ settings, topic, spread: bound }),
      };
    },
  };
}

interface Seen {
  readonly cluster: string;
  readonly brokers: readonly string[];
  readonly latencyMs: number;
  /** Both null where there is no such topic. */
  readonly found: FoundTopic | null;
  readonly topic: TopicFacts | null;
}

/** @throws what went wrong, in words */
async function look({ settings, patienceMs = PATIENCE_MS }: KafkaDependencyOptions): Promise<Seen> {
  const admin = new Admin(clientOptions(settings, patienceMs));
  const over = setTimeout(() => dropConnections(admin), patienceMs);
  try {
    await admin.metadata({ topics: [] });
    const startedAt = performance.now();
    const { id, brokers } = await admin.metadata({ topics: [], forceUpdate: true });
    const latencyMs = Math.round(performance.now() - startedAt);
    const topic = await topicFacts(admin, settings.topic);
    return {
      cluster: id,
      brokers: [...brokers.values()].map(({ host, port }) => `${host}:${port}`),
      latencyMs,
      found: topic === null ? null : await findTopic(admin, settings.topic),
      topic,
    };
  } catch (error) {
    throw new Error(problemOf(error, settings));
  } finally {
    clearTimeout(over);
    dropConnections(admin);
  }
}

function detailsOf({ partitions, replicas, inSync, settings }: TopicFacts): {
  readonly [name: string]: Json;
} {
  return {
    partitions,
    ...(partitions === 1 && { note: 'one partition: in order, and every workspace waits for the others' }),
    replicas,
    inSync,
    ...(settings !== null && {
      minInSync: settings.minInSync,
      maxMessageBytes: settings.maxMessageBytes,
      cleanupPolicy: settings.cleanupPolicy,
    }),
  };
}
