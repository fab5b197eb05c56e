import { fail } from '../../core/errors.ts';
import type { Lease } from '../../core/lease/lease.ts';
import type { Mongo } from './connection.ts';
import { failureOf, unavailable, wordsOf } from './problems.ts';

/* Writes of one document beside the decisions: they append no entry, and nothing is decided by them. */

/** Forward only: of two who read for one reader, the slower one takes nothing back. `moves` makes each call a write. */
export async function movingCursor(mongo: Mongo, reader: string, position: number): Promise<void> {
  const update = { $max: { position }, $inc: { moves: 1 } };
  const options = { ...mongo.strict.write, upsert: true };
  await written(() => mongo.cursors.updateOne({ _id: reader }, update, options));
}

/** Extends a lease that has not lapsed; false where it has, or is another's. */
export async function renewed(
  mongo: Mongo,
  lease: Lease,
  { now, ttlMs }: { readonly now: number; readonly ttlMs: number },
): Promise<boolean> {
  const { name, owner, token } = lease;
  const { matchedCount } = await written(() =>
    mongo
      .table('leases')
      .updateOne(
        { _id: name, token, owner, expiresAt: { $gt: now } },
        { $set: { expiresAt: now + ttlMs, ttlMs } },
        mongo.strict.write,
      ),
  );
  return matchedCount === 1;
}

async function written<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const failure = failureOf(error);
    if (failure === 'unsent' || failure === 'refused') throw unavailable(error);
    throw fail('ledger_unknown', { problem: wordsOf(error) }, { cause: error });
  }
}
