import { kafkaDependency } from '../../adapters/kafka/dependency.ts';
import { kafkaPublisher } from '../../adapters/kafka/publisher.ts';
import { bindingOf, bindTopic } from '../../app/ledger/bind-topic.ts';
import type { Needs } from '../../app/needs.ts';
import { behindBy, type Publishing } from '../../app/publish-outbox.ts';
import type { Dependency } from '../../ports/dependency.ts';
import type { Config } from '../config.ts';
import type { KafkaConfig } from '../store-config.ts';

/** Every process measures it, the relay alone publishes: nothing is connected before it is used. */
export interface WiredPublisher {
  /** Null where events are told by the gateway's streams alone. */
  readonly publishing: Publishing | null;
  readonly dependencies: readonly Dependency[];
  /** Closing twice is fine. */
  close(): Promise<void>;
}

export interface PublisherPlace {
  readonly needs: Pick<Needs, 'chains' | 'outbox' | 'clock'>;
  readonly installation: string;
  /** Who publishes, for the ledger. */
  readonly component: string;
}

/** Where the outbox is told to: to the brokers that GHOST_KAFKA_BROKERS names, or to nobody. */
export async function openPublisher(
  { kafka: settings }: Config,
  { needs, installation, component }: PublisherPlace,
): Promise<WiredPublisher> {
  if (settings === null) return { publishing: null, dependencies: [], close: () => Promise.resolve() };
  const publisher = kafkaPublisher({
    settings,
    source: `/ghost/${installation}`,
    spread: (found) => bindTopic(needs, found, component),
  });
  const dependency = kafkaDependency({
    settings,
    spread: async (found) => (await bindingOf(needs, found))?.partitions ?? null,
    behind: () => behindBy(needs),
  });
  return {
    publishing: { publisher, random: Math.random },
    dependencies: [dependency],
    close: () => publisher.close(),
  };
}

/** Where there is no ledger to ask: what it remembers of the topic is left out. */
export function kafkaAlone(settings: KafkaConfig): Dependency {
  return kafkaDependency({ settings, spread: async () => null, behind: async () => 0 });
}
