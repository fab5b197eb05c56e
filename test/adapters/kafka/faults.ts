import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { kafkaDependency } from '../../../src/adapters/kafka/dependency.ts';
import { partitionOf } from '../../../src/adapters/kafka/partition-of.ts';
import { kafkaPublisher } from '../../../src/adapters/kafka/publisher.ts';
import type { KafkaSettings } from '../../../src/adapters/kafka/settings.ts';
import { memoryLedger } from '../../../src/adapters/memory/ledger.ts';
import { bindingOf, bindTopic } from '../../../src/app/ledger/bind-topic.ts';
import { secret } from '../../../src/platform/secret.ts';
import { HandClock } from '../../world/clock.ts';
import { type GuardedBroker, USER } from '../../world/guarded-broker.ts';
import { eventually } from '../../world/processes.ts';
import { firstSeen } from '../../world/topic.ts';
import { events, positionsByKey, publisherTo } from './given.ts';

/** What can be wrong with brokers and topics, on one broker that has all of it. */
export function faultSuite(opened: () => GuardedBroker): void {
  describe('publishing to a topic of Kafka', () => {
    const settingsFor = (topic: string, more: Partial<KafkaSettings> = {}): KafkaSettings => ({
      ...{ brokers: [opened().doors.plain], topic, tls: 'off', authorities: null, login: null, ...more },
    });

    /** What one try to publish 12 events answers. */
    async function attempt(t: TestContext, settings: KafkaSettings): Promise<string> {
      const publisher = publisherTo(settings);
      t.after(() => publisher.close());
      const answer = await publisher.publish(events(12));
      if (answer.kind === 'all') return 'all';
      assert.equal(answer.acknowledged, 0);
      assert.ok(!answer.problem.includes(USER.password), answer.problem);
      return answer.problem;
    }

    it('writes structured CloudEvents, each in the partition that Java would take', async (t) => {
      const topic = await opened().topics.make();
      assert.equal(await attempt(t, settingsFor(topic)), 'all');
      const records = await opened().topics.read(topic);
      assert.equal(records.length, 12);
      for (const { key, partition, headers, event } of records) {
        assert.deepEqual(headers, { 'content-type': 'application/cloudevents+json; charset=UTF-8' });
        assert.deepEqual([event.partitionkey, partition], [key, partitionOf(key, 3)]);
      }
    });

    it('waits for a topic that is not there, says how to make it, and never makes it', async (t) => {
      const told =
        /^there is no topic nobody-made-it; make it: kafka-topics.sh --bootstrap-server \S+ --create/;
      assert.match(await attempt(t, settingsFor('nobody-made-it')), told);
      assert.match(await attempt(t, settingsFor('nobody-made-it')), told);
    });

    it('sends what is too large without its data, says where that is, and goes on in order', async (t) => {
      const topic = await opened().topics.make({ configs: { 'max.message.bytes': '2000' } });
      const publisher = publisherTo(settingsFor(topic));
      t.after(() => publisher.close());
      const given = events(60).map((event) =>
        event.position % 7 === 0 ? { ...event, data: 'x'.repeat(4_000) } : event,
      );
      assert.deepEqual(await publisher.publish(given), { kind: 'all' });
      const records = await opened().topics.read(topic);
      assert.deepEqual(firstSeen(records), positionsByKey(given));
      const cut = records.filter(({ event }) => !('data' in event)).map(({ event }) => ({ ...event }));
      assert.equal(cut.length, 8);
      const { id, ...seventh } = cut.find(({ subject }) => subject === 'p_7') ?? {};
      assert.match(`${id}`, /^7-/);
      assert.deepEqual(seventh, {
        ...{ specversion: '1.0', source: '/ghost/test', type: 'dev.ghost.patch.landed.v1', subject: 'p_7' },
        ...{ time: '2025-10-09T08:53:20.006Z', partitionkey: 'app', sequence: '0000000000000007' },
        dataref: '/api/v1/events?after=6',
      });
    });

    it('says so where not even that is taken', async (t) => {
      const topic = await opened().topics.make({ configs: { 'max.message.bytes': '200' } });
      assert.match(
        await attempt(t, settingsFor(topic)),
        /takes no message as small as ours; make max.message/,
      );
    });

    it('proves who it is, and says what the brokers have against that', async (t) => {
      const topic = await opened().topics.make();
      const as = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', user: string, password: string) =>
        settingsFor(topic, {
          brokers: [opened().doors.users],
          login: { mechanism, user, password: secret(password) },
        });
      assert.equal(await attempt(t, as('plain', USER.name, USER.password)), 'all');
      assert.equal(await attempt(t, as('scram-sha-512', USER.name, USER.password)), 'all');
      for (const mechanism of ['plain', 'scram-sha-512'] as const)
        assert.match(await attempt(t, as(mechanism, USER.name, 'wrong')), /do not take user ghost with this/);
      assert.match(
        await attempt(t, as('scram-sha-256', USER.name, USER.password)),
        /set GHOST_KAFKA_MECHANISM/,
      );
      assert.match(
        await attempt(t, as('plain', 'guest', USER.password)),
        /^user guest may not write to ghost/,
      );
      const nobody = settingsFor(topic, { brokers: [opened().doors.users] });
      assert.match(await attempt(t, nobody), /ended the connection: .* asks for TLS or a user/);
    });

    it('speaks TLS with whom it trusts, and says what is wrong with the others', async (t) => {
      const topic = await opened().topics.make();
      const through = (door: string, more: Partial<KafkaSettings>) =>
        attempt(t, settingsFor(topic, { brokers: [door], ...more }));
      const { plain, tls } = opened().doors;
      assert.equal(await through(tls, { tls: 'on', authorities: opened().authority }), 'all');
      assert.match(
        await through(tls, { tls: 'on' }),
        /is not trusted \(\w*SELF_SIGNED\w*\): set GHOST_KAFKA_CA/,
      );
      assert.match(await through(tls, {}), /speak TLS alone: set GHOST_KAFKA_TLS to on/);
      assert.match(
        await through(plain, { tls: 'on' }),
        /no TLS can be agreed on|can be reached|answer in time/,
      );
    });

    it('keeps a workspace in its partition when there are more, and tells a topic that was made anew from the old one', async (t) => {
      const needs = { ...memoryLedger({ clock: new HandClock() }), clock: new HandClock() };
      const topic = await opened().topics.make();
      const settings = settingsFor(topic);
      const publish = async (from: number) => {
        const spread = (found: Parameters<typeof bindTopic>[1]) => bindTopic(needs, found, 'relay');
        const publisher = kafkaPublisher({ settings, source: '/ghost/test', spread });
        t.after(() => publisher.close());
        return publisher.publish(events(from + 12).slice(from));
      };
      assert.deepEqual(await publish(0), { kind: 'all' });
      await opened().topics.grow(topic, 7);
      assert.deepEqual(await publish(12), { kind: 'all' });
      const records = await opened().topics.read(topic);
      assert.equal(records.length, 24);
      for (const { key, partition } of records) assert.equal(partition, partitionOf(key, 3), key);
      const dependency = kafkaDependency({
        ...{ settings, behind: async () => 5 },
        spread: async (found) => (await bindingOf(needs, found))?.partitions ?? null,
        patienceMs: 30_000,
      });
      const { findings, details } = await dependency.measure();
      assert.deepEqual(
        findings.map(({ setting, got }) => [setting, got]),
        [
          ['replication factor', '1'],
          ['partitions', '7'],
        ],
      );
      const { cluster: _, brokers: __, ...rest } = details as Record<string, unknown>;
      assert.deepEqual(rest, {
        ...{ topic, partitions: 7, spread: 3, replicas: 1, inSync: 1, behind: 5 },
        ...{ minInSync: 1, maxMessageBytes: 1_048_588, cleanupPolicy: 'delete' },
      });

      await opened().topics.remove(topic);
      await opened().topics.make({ topic, partitions: 2 });
      await eventually('events go to the new one', async () => (await publish(24)).kind === 'all');
      for (const { key, partition } of await opened().topics.read(topic))
        assert.equal(partition, partitionOf(key, 2), key);
      const bound = (await needs.chains.entriesAbout(`topic:${topic}`)).map(({ data }) => data);
      assert.deepEqual(
        bound.map((data) => (data as { partitions: number }).partitions),
        [3, 2],
      );
    });

    it('is measured: what weakens a promise is told with its fix, and what is not there too', async () => {
      const measure = (settings: KafkaSettings) =>
        kafkaDependency({
          ...{ settings, spread: async () => null, behind: async () => 0, patienceMs: 30_000 },
        }).measure();
      const configs = {
        'cleanup.policy': 'compact',
        'max.message.bytes': '1000',
        'unclean.leader.election.enable': 'true',
      };
      const topic = await opened().topics.make({ partitions: 1, configs });
      const { findings, details, latencyMs } = await measure(settingsFor(topic));
      assert.ok(latencyMs >= 0);
      assert.match(`${(details as { note: string }).note}`, /^one partition/);
      assert.deepEqual(
        findings.map(({ setting }) => setting),
        ['replication factor', 'unclean.leader.election.enable', 'cleanup.policy', 'max.message.bytes'],
      );
      assert.match(
        `${findings[2]?.fix}`,
        /^kafka-configs.sh .* --entity-name \S+ --add-config cleanup.policy=/,
      );
      const missing = (await measure(settingsFor('nobody-made-it'))).findings;
      assert.deepEqual(
        missing.map(({ setting }) => setting),
        ['topic nobody-made-it'],
      );
      assert.match(`${missing[0]?.fix}`, /^kafka-topics.sh .* --create --topic nobody-made-it/);
      await assert.rejects(
        measure(settingsFor(topic, { brokers: ['127.0.0.1:1'] })),
        /can be reached: ECONNREF/,
      );
    });
  });
}
