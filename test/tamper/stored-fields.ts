import type { DatabaseSync } from 'node:sqlite';
import { sha256 } from '../../src/core/digest.ts';
import { canonicalJson, type Json } from '../../src/core/json.ts';
import { pick } from '../conformance/random.ts';
import { changedJson, changedScalar, flipped, type Random } from './random-change.ts';

/** A change that was made, and how it is taken back. */
export interface Change {
  /** What was changed, as the table tells it. */
  readonly what: string;
  /** The one place. */
  readonly where: string;
  readonly undo: () => void;
}

export interface Fields {
  readonly db: DatabaseSync;
  readonly random: Random;
  readonly patch: string;
}

const PATCH_COLUMNS = [
  ...['seq', 'id', 'workspace', 'title', 'author', 'origin', 'format', 'digest', 'size', 'external_id'],
  ...[
    'idempotency_key',
    'lineage',
    'series',
    'merge',
    'terms',
    'accepted_at',
    'version',
    // It has by far the most members.
    ...['state', 'state', 'state', 'state'],
    'executed_at',
  ],
];
const JSON_COLUMNS = new Set(['lineage', 'series', 'terms', 'state']);

type Value = null | number | string;

interface Place {
  readonly table: string;
  readonly column: string;
  readonly rowid: number;
}

/** Any column of the patch; of those that hold JSON, any member. */
export function changePatchColumn({ db, random, patch }: Fields): Change {
  const column = pick(PATCH_COLUMNS, random);
  const row = oneRow(db, `SELECT seq, ${column} AS found FROM patch WHERE id = ?`, patch);
  const found = row.found as Value;
  const place = { table: 'patch', column, rowid: Number(row.seq) };
  if (column === 'seq') return moveRow(db, place, 5_000_000 + Math.floor(random() * 1_000_000));
  const { value, path } = changedValue(random, column, found);
  return writeValue(db, place, { before: found, after: value, path });
}

export function changeText({ db, random, patch }: Fields): Change {
  const row = oneRow(
    db,
    'SELECT patch.seq AS seq, bytes FROM patch_body JOIN patch USING (seq) WHERE id = ?',
    patch,
  );
  const bytes = row.bytes as Uint8Array;
  const write = db.prepare('UPDATE patch_body SET bytes = ? WHERE seq = ?');
  write.run(flipped(random, bytes), Number(row.seq));
  return { what: 'text', where: 'patch_body.bytes', undo: () => void write.run(bytes, Number(row.seq)) };
}

/** Any member of any of its entries; one in three times with the hash that it then has, as whoever knows the rules would. */
export function changeEntry({ db, random, patch }: Fields): Change {
  const row = pick(db.prepare('SELECT id, sealed FROM entry WHERE subject = ?').all(patch), random);
  const sealed = String(row.sealed);
  const changed = changedJson(random, JSON.parse(sealed) as Json);
  const isResealed = random() < 1 / 3 && changed.path !== '.hash';
  const text = JSON.stringify(isResealed ? resealed(changed.value) : changed.value);
  const write = db.prepare('UPDATE entry SET sealed = ? WHERE id = ?');
  write.run(text, Number(row.id));
  return {
    what: isResealed ? 'entry, with its hash' : 'entry',
    where: `entry.sealed${changed.path}`,
    undo: () => void write.run(sealed, Number(row.id)),
  };
}

export function changeHead({ db, random }: Fields): Change {
  const row = oneRow(db, "SELECT n, hash FROM chain_head WHERE chain = 'main'");
  const column = pick(['n', 'hash'], random);
  const before = row[column] as number | string;
  const write = db.prepare(`UPDATE chain_head SET ${column} = ? WHERE chain = 'main'`);
  write.run(changedScalar(random, before) as string);
  return { what: 'head of the chain', where: `chain_head.${column}`, undo: () => void write.run(before) };
}

/** What the outbox has of any of its entries: its words, its position, the entry that it names. */
export function changeOutbox({ db, random, patch }: Fields): Change {
  const rows = db
    .prepare(
      'SELECT position, entry, data FROM outbox JOIN entry ON entry.id = outbox.entry WHERE subject = ?',
    )
    .all(patch);
  const row = pick(rows, random);
  const column = pick(['position', 'entry', 'data'], random);
  const place = { table: 'outbox', column, rowid: Number(row.position) };
  if (column === 'position') return moveRow(db, place, 5_000_000 + Math.floor(random() * 1_000_000));
  const before = row[column] as number | string;
  if (column === 'entry') {
    const after = 5_000_000 + Math.floor(random() * 1_000_000);
    return writeValue(db, place, { before, after, path: '' });
  }
  const { value, path } = changedJson(random, JSON.parse(String(before)) as Json);
  return writeValue(db, place, { before, after: JSON.stringify(value), path });
}

function changedValue(random: Random, column: string, found: Value): { value: Value; path: string } {
  if (!JSON_COLUMNS.has(column)) return { value: changedScalar(random, found) as Value, path: '' };
  if (found === null) return { value: '{"kind":"reverts","patch":"x"}', path: '' };
  const { value, path } = changedJson(random, JSON.parse(String(found)) as Json);
  return { value: JSON.stringify(value), path };
}

function writeValue(
  db: DatabaseSync,
  { table, column, rowid }: Place,
  { before, after, path }: { readonly before: Value; readonly after: Value; readonly path: string },
): Change {
  const write = db.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`);
  write.run(after, rowid);
  return {
    what: `${table}.${column}`,
    where: `${table}.${column}${path}`,
    undo: () => void write.run(before, rowid),
  };
}

function moveRow(db: DatabaseSync, { table, column, rowid }: Place, to: number): Change {
  const write = db.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${column} = ?`);
  write.run(to, rowid);
  const name = `${table}.${column}`;
  return { what: name, where: name, undo: () => void write.run(rowid, to) };
}

function resealed(value: Json): Json {
  const { hash: _, ...rest } = value as Record<string, Json>;
  return { ...rest, hash: sha256(canonicalJson(rest)) };
}

function oneRow(db: DatabaseSync, query: string, ...values: readonly string[]) {
  const row = db.prepare(query).get(...values);
  if (row === undefined) throw new Error(`nothing for ${query}`);
  return row;
}
