import type { LedgerEvent } from '../core/ledger/event.ts';
import type { Needs } from './needs.ts';

const PAGE = 500;
/** A lost wake-up delays an event by this much at most. */
const LOOK_EVERY_MS = 1_000;

export interface EventFilter {
  /** The position of the last event that the reader has seen. */
  readonly after: number;
  readonly patch: string | null;
  readonly workspace: string | null;
}

/** Every event after `after`, in order, each once, until `signal` aborts. */
export async function* followEvents(
  needs: Pick<Needs, 'outbox' | 'wakeUps' | 'clock'>,
  filter: EventFilter,
  signal: AbortSignal,
): AsyncGenerator<LedgerEvent> {
  let position = filter.after;
  let woken = new AbortController();
  const unsubscribe = needs.wakeUps.subscribe('outbox', () => woken.abort());
  try {
    while (!signal.aborted) {
      const page = await needs.outbox.after(position, PAGE);
      for (const event of page) {
        position = event.position;
        if (wanted(event, filter)) yield event;
        if (signal.aborted) return;
      }
      if (page.length === PAGE) continue;
      if (!woken.signal.aborted)
        await needs.clock.sleep(LOOK_EVERY_MS, AbortSignal.any([signal, woken.signal]));
      woken = new AbortController();
    }
  } finally {
    unsubscribe();
  }
}

function wanted(event: LedgerEvent, filter: EventFilter): boolean {
  return (
    (filter.patch === null || event.subject === filter.patch) &&
    (filter.workspace === null || event.workspace === filter.workspace)
  );
}
