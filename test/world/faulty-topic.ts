import type { MemoryTopic } from '../../src/adapters/memory/event-publisher.ts';
import type { CloudEvent } from '../../src/core/ledger/cloud-event.ts';
import type { Failure } from '../conformance/event-publisher.ts';

/** A topic that fails when it is told to. */
export interface FaultyTopic extends MemoryTopic {
  /** All that arrived, in order. */
  readonly events: readonly CloudEvent[];
  /** Takes the next `after` events, and no more until `recover`. */
  fail(how: Failure, after: number): void;
  recover(): void;
}

export function faultyTopic(): FaultyTopic {
  const events: CloudEvent[] = [];
  let fault: { readonly how: Failure; left: number } | null = null;
  return {
    events,
    async append(event) {
      if (fault?.left === 0 && fault.how === 'refused') throw new Error('the topic takes nothing');
      events.push(event);
      if (fault?.left === 0) throw new Error('the topic does not answer');
      if (fault) fault.left -= 1;
    },
    fail(how, after) {
      fault = { how, left: after };
    },
    recover() {
      fault = null;
    },
  };
}
