import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { openReader, openWriter } from '../../src/adapters/sqlite/database.ts';

/**
 * The floor of the receipts bench: the rows of accepted patches as they stand in a ledger, copied into another one by
 * plain inserts, many patches in one synced transaction, through the same settings, indexes and triggers. Nothing is
 * parsed, looked up, hashed or answered.
 */
export interface Inserts {
  /** Milliseconds for copying the patches that were accepted since the last time, and how many they were. */
  copyNew(perTransaction: number): { readonly patches: number; readonly elapsedMs: number };
  close(): void;
}

interface Rows {
  readonly table: string;
  readonly columns: readonly string[];
  /** Of the source: what belongs to patches with a `seq` above the given one. */
  readonly select: string;
}

/** In the order in which they refer to each other. Generated columns make themselves. */
const TABLES: readonly Rows[] = [
  {
    table: 'patch',
    columns: [
      ...['seq', 'id', 'workspace', 'title', 'author', 'origin', 'format', 'digest', 'size', 'external_id'],
      ...['idempotency_key', 'lineage', 'series', 'merge', 'accepted_at', 'version', 'state', 'executed_at'],
      'content_claim',
    ],
    select: 'FROM patch WHERE seq > ? ORDER BY seq',
  },
  {
    table: 'patch_body',
    columns: ['seq', 'bytes'],
    select: 'FROM patch_body WHERE seq > ? ORDER BY seq',
  },
  {
    table: 'entry',
    columns: ['id', 'sealed'],
    select: `FROM entry WHERE subject IN (SELECT id FROM patch WHERE seq > ?) ORDER BY id`,
  },
  {
    table: 'outbox',
    columns: ['position', 'entry', 'data'],
    select: `FROM outbox WHERE entry IN (SELECT id FROM entry WHERE subject IN (SELECT id FROM patch WHERE seq > ?))
      ORDER BY position`,
  },
];

export function openInserts(from: string, to: string): Inserts {
  const source = openReader(from);
  const target = openWriter(to);
  const inserts = TABLES.map(({ table, columns }) =>
    target.prepare(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    ),
  );
  const moveHead = target.prepare('UPDATE chain_head SET n = n + 1, hash = hash WHERE chain = ?');
  let last = 0;
  return {
    copyNew: (perTransaction) => {
      const rows = TABLES.map((table) => valuesOf(source, table, last));
      const [patches = []] = rows;
      last = Number(patches.at(-1)?.[0] ?? last);
      const began = performance.now();
      for (let at = 0; at < patches.length; at += perTransaction) {
        target.exec('BEGIN IMMEDIATE');
        for (let row = at; row < Math.min(at + perTransaction, patches.length); row += 1) {
          for (const [table, insert] of inserts.entries()) insert.run(...(rows[table]?.[row] ?? []));
          moveHead.run('bench');
        }
        target.exec('COMMIT');
      }
      return { patches: patches.length, elapsedMs: performance.now() - began };
    },
    close: () => {
      source.close();
      target.close();
    },
  };
}

function valuesOf(db: DatabaseSync, { columns, select }: Rows, after: number): readonly SQLInputValue[][] {
  const rows = db.prepare(`SELECT ${columns.join(', ')} ${select}`).all(after);
  return rows.map((row) => columns.map((column) => row[column] ?? null));
}
