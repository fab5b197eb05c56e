import { fail, GhostError } from '../../core/errors.ts';
import { type Breaker, BreakerOpen, BreakerTimeout, breaker } from '../../platform/breaker.ts';
import type { Acceptance, Ledger } from '../../ports/ledger.ts';
import type { Needs } from '../needs.ts';

/** Longer than a ledger waits for its own lock: when even that passes, nobody knows whether the patch was stored. */
const ACCEPTED_WITHIN_MS = 15_000;

const LEFT_ALONE = 'it failed too often and is left alone for some seconds';
/** Under which nothing is read: moving it is a write, and tells whether the ledger takes any. */
const INTAKE_READER = 'intake';

/**
 * The ledger with a breaker before its intake: while a disk is full or a lock is stuck, authors hear so at once
 * instead of waiting one by one.
 */
export function guardLedger({ ledger, outbox }: Pick<Needs, 'ledger' | 'outbox'>): {
  readonly ledger: Ledger;
  readonly breaker: Breaker<Parameters<Ledger['accept']>, Acceptance>;
  /** Rejects after a submission that could not be taken, until the ledger takes a write again. */
  readonly requireIntake: () => Promise<void>;
} {
  const guard = breaker('ledger', (...text: Parameters<Ledger['accept']>) => ledger.accept(...text), {
    timeoutMs: ACCEPTED_WITHIN_MS,
  });
  let isTaking = true;
  const accept = async (...text: Parameters<Ledger['accept']>) => {
    try {
      const acceptance = await guard.run(...text);
      isTaking = true;
      return acceptance;
    } catch (error) {
      if (!(error instanceof GhostError && error.whose === 'author')) isTaking = false;
      if (error instanceof BreakerOpen)
        throw fail('ledger_unavailable', { problem: LEFT_ALONE }, { cause: error });
      if (error instanceof BreakerTimeout)
        throw fail('answer_late', { limitMs: ACCEPTED_WITHIN_MS }, { cause: error });
      throw error;
    }
  };
  const { record, find, list, body, line } = ledger;
  return {
    breaker: guard,
    async requireIntake() {
      if (isTaking) return;
      if (guard.state() === 'open') throw fail('ledger_unavailable', { problem: LEFT_ALONE });
      await outbox.moveCursor(INTAKE_READER, 0);
      isTaking = true;
    },
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
