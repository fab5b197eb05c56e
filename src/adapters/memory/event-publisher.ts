import { type CloudEvent, cloudEventOf } from '../../core/ledger/cloud-event.ts';
import type { EventPublisher } from '../../ports/event-publisher.ts';

/** Where published events go. */
export interface MemoryTopic {
  /** Resolves when it is there for all readers. Whether one that throws is there, nobody knows. */
  append(event: CloudEvent): Promise<void>;
}

/** Publishes to a topic of this process, one event after the other. */
export function memoryEventPublisher(topic: MemoryTopic, source: string): EventPublisher {
  return {
    async publish(events) {
      for (const [acknowledged, event] of events.entries()) {
        try {
          await topic.append(cloudEventOf(event, source));
        } catch (error) {
          return {
            kind: 'part',
            acknowledged,
            problem: error instanceof Error ? error.message : String(error),
          };
        }
      }
      return { kind: 'all' };
    },
    close: async () => {},
  };
}
