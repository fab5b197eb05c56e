import { type AnyBulkWriteOperation, MongoBulkWriteError } from 'mongodb';
import { fail } from '../../../core/errors.ts';
import type { Mongo } from '../connection.ts';
import type { Change } from '../decide/view.ts';
import { failureOf } from '../problems.ts';
import { type EntryRow, type Row, TABLES, type Table } from '../rows.ts';
import type { Decision } from './decision.ts';

/** What stands in the way may have no majority yet. */
const READ_WHAT_CLASHED = { readConcern: { level: 'local' }, readPreference: 'primary' } as const;

type Stored = Row & { readonly rev: number };

/**
 * Writes what a decision says into the tables. Whoever finds one that is not applied may do it, several at once and late:
 * a row that a later decision has written stays as it is. `beside another`: what somebody else wrote may wait for its
 * majority still.
 */
export async function apply(mongo: Mongo, { _id: n, redo }: Decision): Promise<'alone' | 'beside another'> {
  if (redo === undefined) return 'alone';
  const clashes = await Promise.all([
    applyEntries(mongo, n, redo.entries),
    ...TABLES.map((table) =>
      applyTo(mongo, table, { n, changes: redo.changes.filter((change) => change.table === table) }),
    ),
  ]);
  return clashes.includes(true) ? 'beside another' : 'alone';
}

async function applyEntries(mongo: Mongo, n: number, rows: readonly EntryRow[]): Promise<boolean> {
  if (rows.length === 0) return false;
  const { entries, strict } = mongo;
  const clashed = await orThere(() => entries.insertMany([...rows], { ...strict.write, ordered: false }));
  if (clashed) await verifyEntries(mongo, n, rows);
  return clashed;
}

interface Applied {
  readonly n: number;
  readonly changes: readonly Change[];
}

/** New rows come last: what one of them answers for, another has to have given up before. */
async function applyTo(mongo: Mongo, table: Table, { n, changes }: Applied): Promise<boolean> {
  const collection = mongo.table(table);
  const options = { ...mongo.strict.write, ordered: false };
  const old = changes.filter(({ kind }) => kind !== 'new');
  const added = changes.filter(({ kind }) => kind === 'new').map(({ row }) => ({ ...row, rev: n }));
  let clashed = false;
  if (old.length > 0) {
    const writes = old.map((change) => writeOf(change, n));
    clashed = await orThere(() => collection.bulkWrite(writes, options));
  }
  if (added.length > 0) {
    const isThere = await orThere(() => collection.insertMany(added, options));
    clashed ||= isThere;
  }
  if (clashed) await verify(mongo, table, { n, changes });
  return clashed;
}

function writeOf({ kind, row }: Change, n: number): AnyBulkWriteOperation<Stored> {
  const filter = { _id: row._id, rev: { $lt: n } };
  if (kind === 'part') return { updateOne: { filter, update: { $set: { ...row, rev: n } } } };
  return { replaceOne: { filter, replacement: { ...row, rev: n } } };
}

/** True where a key was taken: by this very row, as a rule, which somebody else has applied. */
async function orThere(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return false;
  } catch (error) {
    if (!isOnlyTaken(error)) throw error;
    return true;
  }
}

/** Whether nothing but keys that were taken stood in the way of a write. */
export function isOnlyTaken(error: unknown): boolean {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) return false;
  const errors = [error.writeErrors].flat();
  return failureOf(error) === 'taken' && errors.every(({ code }) => code === error.code);
}

/** An entry in the place of another would take that one out of its chain. */
async function verifyEntries(mongo: Mongo, n: number, rows: readonly EntryRow[]): Promise<void> {
  const ids = rows.map(({ _id }) => _id);
  const found = await mongo.entries
    .find({ _id: { $in: ids } }, { ...READ_WHAT_CLASHED, projection: { sealed: 1 } })
    .hint('_id_')
    .toArray();
  const standing = new Map(found.map(({ _id, sealed }) => [_id, sealed]));
  const other = rows.find(({ _id, sealed }) => standing.get(_id) !== sealed);
  if (other !== undefined) throw notApplied(n, `entries has something else in the place of ${other._id}`);
}

/** A key that is another row's would be a second answer for what is answered: nothing may go on upon that. */
async function verify(mongo: Mongo, table: Table, { n, changes }: Applied): Promise<void> {
  const ids = changes.map(({ row }) => row._id);
  const found = await mongo
    .table(table)
    .find({ _id: { $in: ids } }, { ...READ_WHAT_CLASHED, projection: { rev: 1 } })
    .hint('_id_')
    .toArray();
  const revisions = new Map(found.map(({ _id, rev }) => [_id, rev]));
  const behind = ids.find((id) => (revisions.get(id) ?? 0) < n);
  if (behind !== undefined) throw notApplied(n, `${table} has something else in the place of ${behind}`);
}

function notApplied(n: number, why: string) {
  return fail('integrity_broken', { problem: `Decision ${n} of the ledger cannot be applied: ${why}.` });
}
