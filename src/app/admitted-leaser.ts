import { GhostError } from '../core/errors.ts';
import type { Admission, Entrance, Entrant } from '../ports/admission.ts';
import type { LeaseOutcome, LeaseRequest, Leaser } from '../ports/leaser.ts';

/** A little less than the lease, so that who waits for it to lapse does not find its dead holder still in. */
const PART_OF_A_LEASE = 0.9;

/**
 * A leaser with an admission in front of it, so that of many who want a lease one asks the ledger.
 *
 * Who is not let in is told busy, and the ledger is not asked. Whatever else the admission says, the ledger decides: who
 * is let in may still hear no from it, and where nobody can tell who is in, everybody asks.
 *
 * No refusal lasts: who is in goes out by itself when it was not heard of for the time of a lease, by the clock of the
 * store, and a time that is longer than that is cut to it as somebody is refused. So a holder that died is believed in for
 * as long as its lease; one that gave its lease back and could not say so here, for one such time; and what a store brings
 * back from an old copy of itself, for one such time after the first refusal.
 */
export function admittedLeaser(leaser: Leaser, admission: Admission): Leaser {
  const enter = (who: Entrant, ttlMs: number) =>
    unlessGone<Entrance>(admission.enter({ name: who.name, owner: who.owner }, ttlMs * PART_OF_A_LEASE));
  const leave = ({ name, owner }: Entrant) => unlessGone(admission.leave({ name, owner }));

  return {
    async take(request) {
      const entrance = await enter(request, request.ttlMs);
      if (entrance?.kind === 'busy') return { kind: 'busy', holder: entrance.by };
      const outcome = await takeOr(leaser, request, () => leave(request));
      // Who stays in without the lease would keep out whoever the holder gives it back to.
      if (outcome.kind === 'busy' && outcome.holder.owner !== request.owner) await leave(request);
      return outcome;
    },
    /**
     * First in the ledger: who cannot reach it must not keep others out. The admission is not waited for, since a store
     * that says nothing would use up the time of the lease.
     */
    async renew(lease, ttlMs) {
      const renewed = await leaser.renew(lease, ttlMs);
      void (renewed === null ? leave(lease) : enter(lease, ttlMs));
      return renewed;
    },
    /** Last here: who is let in before the lease is free would only hear no. */
    async release(lease) {
      try {
        await leaser.release(lease);
      } finally {
        await leave(lease);
      }
    },
    nameWriter: (lease, writer) => leaser.nameWriter(lease, writer),
    find: (name) => leaser.find(name),
  };
}

async function takeOr(
  leaser: Leaser,
  request: LeaseRequest,
  onFailed: () => Promise<unknown>,
): Promise<LeaseOutcome> {
  try {
    return await leaser.take(request);
  } catch (error) {
    await onFailed();
    throw error;
  }
}

/** Null where the store cannot be used now: then it is as if there were none. */
async function unlessGone<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GhostError && error.code === 'store_unavailable') return null;
    throw error;
  }
}
