import type { KafkaSettings } from '../../src/adapters/kafka/settings.ts';
import type { EventPublisher } from '../../src/ports/event-publisher.ts';
import type { Failure } from '../conformance/event-publisher.ts';
import { type Proxy as Network, startProxy } from './proxy.ts';
import { type KafkaDoors, startKafka } from './servers/kafka.ts';
import { freePort, type TestServer } from './servers/server.ts';
import { type Topics, topicsOf } from './topic.ts';

/** A broker that sends all its clients through a network that fails. */
export interface FaultyBroker {
  readonly server: TestServer;
  readonly network: Network;
  /** Reached through the same network: in fair weather. */
  readonly topics: Topics;
  settingsFor(topic: string): KafkaSettings;
  /** Publishes something of a workspace of its own, so that a connection stands that can fail. */
  warmUp(publisher: EventPublisher): Promise<void>;
  /** From now on, until `recover`. */
  fail(how: Failure): void;
  recover(): void;
  close(): Promise<void>;
}

/** An answer that is awaited in vain ends after so long, with its connection. */
const DEAF_MS = 100;

export async function startFaultyBroker(
  settings: Readonly<Record<string, string>> = {},
  doors?: KafkaDoors,
): Promise<FaultyBroker> {
  const port = await freePort();
  const server = await startKafka(settings, port, doors);
  const network = await startProxy(server.port, port);
  const broker = `127.0.0.1:${port}`;
  const topics = topicsOf(broker);
  let resets: NodeJS.Timeout | undefined;
  const recover = () => {
    clearInterval(resets);
    network.weather({ kind: 'fair' });
  };
  return {
    ...{ server, network, topics },
    settingsFor: (topic) => ({ brokers: [broker], topic, tls: 'off', authorities: null, login: null }),
    async warmUp(publisher) {
      const answer = await publisher.publish([WARM_UP]);
      if (answer.kind !== 'all') throw new Error(answer.problem);
    },
    fail(how) {
      recover();
      if (how === 'refused') return network.weather({ kind: 'refuses' });
      network.weather({ kind: 'deaf' });
      resets = setInterval(() => network.reset(), DEAF_MS);
    },
    recover,
    close: async () => {
      recover();
      await topics.close();
      await network.close();
      await server.close();
    },
  };
}

const WARM_UP = {
  ...{ position: 1_000_000, type: 'patch.landed', at: 0, workspace: 'warm-up', subject: 'p_0' },
  ...{ actor: 'ada', data: null },
};
