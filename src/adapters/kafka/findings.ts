import type { Finding } from '../../ports/dependency.ts';
import { createTopic } from './problem.ts';
import type { KafkaSettings } from './settings.ts';
import type { TopicFacts, TopicSettings } from './topic-facts.ts';

/** Less would leave the data out of events that are not even large. */
const LEAST_MESSAGE_BYTES = 64 * 1024;

export interface Inspected {
  readonly settings: KafkaSettings;
  /** Null where there is no such topic. */
  readonly topic: TopicFacts | null;
  /** Over how many partitions its events are spread; null before the first went there. */
  readonly spread: number | null;
}

/** What of a topic makes a promise of ours weaker. Nothing of it keeps Ghost from starting: events wait in the ledger. */
export function findingsOf({ settings, topic, spread }: Inspected): readonly Finding[] {
  return [
    ...loginFindings(settings),
    ...(topic === null
      ? [
          finding(`topic ${settings.topic}`, {
            got: 'not there: events wait in the ledger',
            expected: 'a topic that somebody made',
            fix: createTopic(settings),
          }),
        ]
      : topicFindings(settings, topic, spread)),
  ];
}

function topicFindings(
  kafka: KafkaSettings,
  { partitions, replicas, settings }: TopicFacts,
  spread: number | null,
): readonly Finding[] {
  const found: Finding[] = [];
  if (replicas < 2)
    found.push(
      finding('replication factor', {
        got: `${replicas}`,
        expected: '3, on three brokers: what one broker acknowledged is gone with its disk',
        fix: 'kafka-reassign-partitions.sh, with three brokers for each partition',
        lasting: true,
      }),
    );
  if (spread !== null && spread !== partitions)
    found.push(
      finding('partitions', {
        got: `${partitions}`,
        expected: `${spread}, as when the first event went there: events still go to the first ${spread}, in order`,
        fix: 'where all are to be used, name another topic in GHOST_KAFKA_TOPIC once this one is read to its end',
      }),
    );
  if (settings === null)
    found.push(
      finding('settings of the topic', {
        got: 'not ours to read',
        expected: 'DescribeConfigs allowed',
        fix: `kafka-acls.sh --bootstrap-server ${kafka.brokers[0]} --add --allow-principal User:${kafka.login?.user ?? 'ANONYMOUS'} --operation DescribeConfigs --topic ${kafka.topic}`,
      }),
    );
  else found.push(...settingFindings(kafka, settings, replicas));
  return found;
}

function settingFindings(kafka: KafkaSettings, told: TopicSettings, replicas: number): readonly Finding[] {
  const found: Finding[] = [];
  // With one replica, 2 would stop everything; the replication factor comes first.
  if (told.minInSync < 2 && replicas > 1)
    found.push(
      finding('min.insync.replicas', {
        got: `${told.minInSync}`,
        expected: '2: what the last replica in sync acknowledged alone is gone with it',
        fix: alter(kafka, 'min.insync.replicas=2'),
      }),
    );
  if (told.uncleanElection)
    found.push(
      finding('unclean.leader.election.enable', {
        got: 'true',
        expected: 'false: a leader that lags drops what was acknowledged',
        fix: alter(kafka, 'unclean.leader.election.enable=false'),
      }),
    );
  if (told.cleanupPolicy !== 'delete')
    found.push(
      finding('cleanup.policy', {
        got: told.cleanupPolicy,
        expected: 'delete: compaction keeps one event of each workspace',
        fix: alter(kafka, 'cleanup.policy=delete'),
      }),
    );
  if (told.maxMessageBytes < LEAST_MESSAGE_BYTES)
    found.push(
      finding('max.message.bytes', {
        got: `${told.maxMessageBytes}`,
        expected: `at least ${LEAST_MESSAGE_BYTES}: larger events go without their data`,
        fix: alter(kafka, 'max.message.bytes=1048588'),
      }),
    );
  return found;
}

function loginFindings({ tls, login }: KafkaSettings): readonly Finding[] {
  if (tls === 'on' || login?.mechanism !== 'plain') return [];
  return [
    finding('GHOST_KAFKA_TLS', {
      got: 'off, with mechanism plain',
      expected: 'on: the password crosses the network as it is',
      fix: 'set GHOST_KAFKA_TLS to on, or GHOST_KAFKA_MECHANISM to scram-sha-512',
    }),
  ];
}

function alter({ brokers, topic }: KafkaSettings, config: string): string {
  return `kafka-configs.sh --bootstrap-server ${brokers[0]} --alter --entity-type topics --entity-name ${topic} --add-config ${config}`;
}

function finding(setting: string, told: Omit<Finding, 'setting'>): Finding {
  return { setting, ...told };
}
