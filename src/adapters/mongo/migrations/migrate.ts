import { fail } from '../../../core/errors.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { Mongo } from '../connection.ts';
import { failureOf, unavailable } from '../problems.ts';
import { addIndexes } from './001-add-indexes.ts';

interface Migration {
  readonly name: string;
  /** Done again, beside another who does it or after one who died in it, it changes nothing. */
  readonly run: (mongo: Mongo) => Promise<void>;
}

/** In order, each named like its file, and never edited after a release. */
const MIGRATIONS: readonly Migration[] = [{ name: '001-add-indexes', run: addIndexes }];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** An index over many patches takes its time. */
export const MIGRATION_MS = 600_000;

/**
 * Brings the database to this version. Those who start at once may all run a migration; one of them writes it down.
 * @param patient a connection of its own that waits for as long as a migration takes
 * @throws GhostError ledger_newer when a later Ghost has migrated it; ledger_unavailable
 */
export async function migrate(mongo: Mongo, patient: () => Mongo): Promise<void> {
  const version = await versionOf(mongo);
  if (version > SCHEMA_VERSION) {
    const path = `The database ${mongo.database.databaseName} of GHOST_LEDGER`;
    throw fail('ledger_newer', { path, got: version, expected: SCHEMA_VERSION });
  }
  if (version === SCHEMA_VERSION) return;
  const waiting = patient();
  try {
    for (const [at, { name, run }] of MIGRATIONS.entries()) {
      if (at < version) continue;
      await run(waiting);
      await writeDown(waiting, at + 1, name);
    }
  } catch (error) {
    throw unavailable(error);
  } finally {
    await waiting.client.close();
  }
}

async function versionOf({ migrations, strict }: Mongo): Promise<number> {
  try {
    const [newest] = await migrations.find({}, strict.read).hint('_id_').sort({ _id: -1 }).limit(1).toArray();
    return newest?._id ?? 0;
  } catch (error) {
    throw unavailable(error);
  }
}

async function writeDown({ migrations, strict }: Mongo, _id: number, name: string): Promise<void> {
  try {
    await migrations.insertOne({ _id, name, at: new Date(systemClock.now()) }, strict.write);
  } catch (error) {
    if (failureOf(error) !== 'taken') throw error;
  }
}
