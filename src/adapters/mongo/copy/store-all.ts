import { randomUUID } from 'node:crypto';
import { MongoServerError } from 'mongodb';
import { fail } from '../../../core/errors.ts';
import type { LedgerPart } from '../../../ports/ledger-copy.ts';
import type { Mongo } from '../connection.ts';
import { insertDecision } from '../log/fate.ts';
import { failureOf, unavailable } from '../problems.ts';
import type { Source } from '../read/source.ts';
import { TABLES } from '../rows.ts';
import { type CopiedTip, copiedRows, type Destination } from './copied-rows.ts';
import { beginImport, endImport, isDecided } from './import-mark.ts';

const TOGETHER = { rows: 200, units: 4_000_000 } as const;

/**
 * Fills an empty ledger: the tables first, then the decision of which they follow, with which everything is there.
 * Whatever ends it before that leaves nothing, or a mark by which the next import takes it away.
 */
export async function storeAll(source: Source, parts: AsyncIterable<LedgerPart>): Promise<void> {
  const { mongo } = source;
  await requireEmpty(source);
  const isOurs = await worded(() => begin(source));
  let tip: CopiedTip | null;
  try {
    tip = await worded(() => insertAll(mongo, parts));
    if (!(await isOurs())) throw unavailable(new Error('another import began meanwhile'));
  } catch (error) {
    await takeBack(mongo, isOurs).catch(() => undefined);
    throw error;
  }
  // From here on nothing is taken away where nobody knows what became of it: it may count.
  if (tip !== null) await decide(mongo, tip);
  await worded(() => endImport(mongo));
}

async function requireEmpty({ mongo, log }: Source): Promise<void> {
  await log.settled();
  if (log.tip.n > 0) throw notEmpty(mongo, `${log.tip.position} of kind entry`);
}

/** Looked at again with the mark in place, which lets nobody decide any more. */
async function begin(source: Source): Promise<() => Promise<boolean>> {
  const { mongo } = source;
  const isOurs = await beginImport(mongo);
  await requireEmpty(source);
  await empty(mongo);
  return isOurs;
}

/** What was cut off before it counted; nobody reads it, since nobody opens a ledger with the mark. */
async function empty({ database, strict }: Mongo): Promise<void> {
  for (const name of [...TABLES, 'entries', 'bodies', 'cursors']) {
    await database.collection(name).deleteMany({}, strict.write);
  }
}

/** Not where somebody has decided all the same: what follows of that stands there too. */
async function takeBack(mongo: Mongo, isOurs: () => Promise<boolean>): Promise<void> {
  if (!(await isOurs()) || (await isDecided(mongo))) return;
  await empty(mongo);
  await endImport(mongo);
}

async function insertAll(mongo: Mongo, parts: AsyncIterable<LedgerPart>): Promise<CopiedTip | null> {
  const { strict, database } = mongo;
  const waiting = new Map<Destination, object[]>();
  let units = 0;
  const flush = async () => {
    const full = [...waiting];
    waiting.clear();
    units = 0;
    for (const [name, rows] of full) await database.collection(name).insertMany(rows, strict.write);
  };
  const rows = copiedRows();
  const keep = async (copied: ReturnType<typeof rows.rest>) => {
    for (const { to, row, weight } of copied) {
      const others = waiting.get(to) ?? [];
      waiting.set(to, [...others, row]);
      units += weight;
      if (others.length + 1 >= TOGETHER.rows || units > TOGETHER.units) await flush();
    }
  };
  for await (const part of parts) await keep(rows.of(part));
  await keep(rows.rest());
  await flush();
  return rows.tip();
}

async function decide(mongo: Mongo, tip: CopiedTip): Promise<void> {
  const fate = await insertDecision(mongo, { _id: 1, nonce: randomUUID(), ...tip });
  if (fate === 'lost') throw notEmpty(mongo, 'a decision of somebody who had it open');
}

function notEmpty({ database }: Mongo, found: string) {
  return fail('ledger_not_empty', { place: `the database ${database.databaseName}`, found });
}

/** A key that is there twice is the copy's fault. What `parts` throws is its own. */
async function worded<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof MongoServerError && failureOf(error) === 'taken') {
      const problem = `no ledger can hold it: ${error.message}`;
      throw fail('input_invalid', { where: 'FILE', problem }, { cause: error });
    }
    throw error instanceof Error && error.name.startsWith('Mongo') ? unavailable(error) : error;
  }
}
