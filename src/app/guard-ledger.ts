import { fail } from '../core/errors.ts';
import { type Breaker, BreakerOpen, BreakerTimeout, breaker } from '../platform/breaker.ts';
import type { Acceptance, Ledger } from '../ports/ledger.ts';

/** Longer than a ledger waits for its own lock: when even that passes, nobody knows whether the patch was stored. */
const ACCEPTED_WITHIN_MS = 15_000;

/**
 * The ledger with a breaker before its intake: while a disk is full or a lock is stuck, authors hear so at once
 * instead of waiting one by one.
 */
export function guardLedger(ledger: Ledger): {
  readonly ledger: Ledger;
  readonly breaker: Breaker<Parameters<Ledger['accept']>, Acceptance>;
} {
  const guard = breaker('ledger', (...text: Parameters<Ledger['accept']>) => ledger.accept(...text), {
    timeoutMs: ACCEPTED_WITHIN_MS,
  });
  const accept = async (...text: Parameters<Ledger['accept']>) => {
    try {
      return await guard.run(...text);
    } catch (error) {
      if (error instanceof BreakerOpen)
        throw fail(
          'ledger_unavailable',
          { problem: 'it failed too often and is left alone for some seconds' },
          { cause: error },
        );
      if (error instanceof BreakerTimeout)
        throw fail('answer_late', { limitMs: ACCEPTED_WITHIN_MS }, { cause: error });
      throw error;
    }
  };
  const { record, find, list, body, line } = ledger;
  return {
    breaker: guard,
    ledger: {
      accept,
      record: record.bind(ledger),
      find: find.bind(ledger),
      list: list.bind(ledger),
      body: body.bind(ledger),
      line: line.bind(ledger),
    },
  };
}
