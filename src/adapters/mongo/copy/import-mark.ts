import { randomUUID } from 'node:crypto';
import { fail } from '../../../core/errors.ts';
import type { Mongo } from '../connection.ts';
import { unavailable } from '../problems.ts';

/*
 * What is imported counts once the first decision says so. Until then a document stands for it, so that nobody opens half
 * a ledger, and nobody who has it open already decides first; an import that was cut off is taken over by the next one.
 */

const MARK = 'importing';

/** @throws GhostError ledger_unavailable where an import is under way, or was cut off */
export async function requireWhole(mongo: Mongo): Promise<void> {
  if ((await markOf(mongo)) === null || (await isDecided(mongo))) return;
  const problem = `a copy is being imported into the database ${mongo.database.databaseName}, or that was cut off: run ghost ledger import again`;
  throw fail('ledger_unavailable', { problem });
}

/** Marks the ledger as ours to fill; the answer tells whether it still is. */
export async function beginImport({ meta, strict, ...mongo }: Mongo): Promise<() => Promise<boolean>> {
  const own = randomUUID();
  await meta.updateOne({ _id: MARK }, { $set: { id: own } }, { ...strict.write, upsert: true });
  return async () => (await markOf({ meta, strict, ...mongo })) === own;
}

export async function endImport({ meta, strict }: Mongo): Promise<void> {
  await meta.deleteOne({ _id: MARK }, strict.write);
}

/** Then the mark says nothing any more: who imported died before it was taken away. */
export async function isDecided({ decisions, strict }: Mongo): Promise<boolean> {
  try {
    return (await decisions.findOne({ _id: 1 }, { ...strict.read, projection: { _id: 1 } })) !== null;
  } catch (error) {
    throw unavailable(error);
  }
}

async function markOf({ meta, strict }: Mongo): Promise<string | null> {
  try {
    return (await meta.findOne({ _id: MARK }, strict.read))?.id ?? null;
  } catch (error) {
    throw unavailable(error);
  }
}
