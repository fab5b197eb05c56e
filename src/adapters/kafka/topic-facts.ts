import { type Admin, ConfigResourceTypes } from '@platformatic/kafka';
import { failureOf } from './failure.ts';

/** A topic and its settings as its brokers tell them. */
export interface TopicFacts {
  readonly partitions: number;
  /** Of the partition that has the fewest. */
  readonly replicas: number;
  readonly inSync: number;
  /** Null where we may not read them. */
  readonly settings: TopicSettings | null;
}

export interface TopicSettings {
  readonly minInSync: number;
  readonly maxMessageBytes: number;
  readonly cleanupPolicy: string;
  readonly uncleanElection: boolean;
}

const NAMES = [
  'min.insync.replicas',
  'max.message.bytes',
  'cleanup.policy',
  'unclean.leader.election.enable',
] as const;

/** Null where there is no such topic. @throws what the brokers say, as the package words it */
export async function topicFacts(admin: Admin, topic: string): Promise<TopicFacts | null> {
  const partitions = await partitionsOf(admin, topic);
  if (partitions === null) return null;
  return {
    partitions: partitions.length,
    replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
    inSync: Math.min(...partitions.map(({ isr }) => isr.length)),
    settings: await settingsOf(admin, topic),
  };
}

async function partitionsOf(admin: Admin, topic: string) {
  try {
    const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true });
    return topics.get(topic)?.partitions ?? null;
  } catch (error) {
    if (failureOf(error).kind === 'no-topic') return null;
    throw error;
  }
}

async function settingsOf(admin: Admin, topic: string): Promise<TopicSettings | null> {
  try {
    const [described] = await admin.describeConfigs({
      resources: [
        { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configurationKeys: [...NAMES] },
      ],
    });
    const told = new Map(described?.configs.map(({ name, value }) => [name, value ?? '']));
    return {
      minInSync: Number(told.get('min.insync.replicas')),
      maxMessageBytes: Number(told.get('max.message.bytes')),
      cleanupPolicy: told.get('cleanup.policy') ?? '',
      uncleanElection: told.get('unclean.leader.election.enable') === 'true',
    };
  } catch (error) {
    if (failureOf(error).kind === 'forbidden') return null;
    throw error;
  }
}
