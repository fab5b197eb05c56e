import { kafkaPublisher } from '../../../src/adapters/kafka/publisher.ts';
import type { KafkaSettings } from '../../../src/adapters/kafka/settings.ts';
import type { LedgerEvent } from '../../../src/core/ledger/event.ts';
import type { EventPublisher } from '../../../src/ports/event-publisher.ts';

const WORKSPACES = ['app', 'lib', 'docs', 'site', 'tools', null] as const;

/** Events of several workspaces in turn, positions from 1. */
export function events(count: number, data: LedgerEvent['data'] = null): readonly LedgerEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    ...{ position: index + 1, type: 'patch.landed', at: 1_760_000_000_000 + index, actor: 'ada' },
    ...{ workspace: WORKSPACES[index % WORKSPACES.length] ?? null, subject: `p_${index + 1}`, data },
  }));
}

/** The positions of each key, as `firstSeen` tells them of a topic that has everything. */
export function positionsByKey(given: readonly LedgerEvent[]): ReadonlyMap<string, readonly number[]> {
  const byKey = Map.groupBy(given, ({ workspace }) => workspace ?? 'system');
  return new Map([...byKey].map(([key, theirs]) => [key, theirs.map(({ position }) => position)]));
}

export function publisherTo(settings: KafkaSettings, patienceMs?: number): EventPublisher {
  return kafkaPublisher({
    ...{ settings, source: '/ghost/test', spread: async ({ partitions }) => partitions },
    ...(patienceMs !== undefined && { patienceMs }),
  });
}
