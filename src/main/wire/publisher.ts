import type { Publishing } from '../../app/publish-outbox.ts';
import type { Dependency } from '../../ports/dependency.ts';
import type { Config } from '../config.ts';
import { notBuilt } from './wiring.ts';

/** Every process measures it, the relay alone publishes: nothing is connected before it is used. */
export interface WiredPublisher {
  /** Null where events are told by the gateway's streams alone. */
  readonly publishing: Publishing | null;
  readonly dependencies: readonly Dependency[];
  /** Closing twice is fine. */
  close(): Promise<void>;
}

/** Where the outbox is told to: to the brokers that GHOST_KAFKA_BROKERS names, or to nobody. */
export async function openPublisher(config: Config): Promise<WiredPublisher> {
  if (config.kafka !== null) throw notBuilt('GHOST_KAFKA_BROKERS');
  return { publishing: null, dependencies: [], close: () => Promise.resolve() };
}
