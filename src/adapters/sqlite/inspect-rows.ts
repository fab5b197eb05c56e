import type { DatabaseSync } from 'node:sqlite';
import { attempt, type Inspection } from './inspection.ts';

interface Rule {
  /** What is wrong with each row that is found; `:row` stands for it. */
  readonly problem: string;
  /** Selects the rows that break it, as `found`. */
  readonly rows: string;
}

/** What comes after it reads these columns, and would only say that some row somewhere is damaged. */
const JSON_RULES: readonly Rule[] = [
  ['patch', 'id', 'state'],
  ['entry', 'id', 'sealed'],
  ['outbox', 'position', 'data'],
].map(([table, key, column]) => ({
  problem: `${table} :row is damaged: its ${column} is no JSON`,
  rows: `SELECT ${key} AS found FROM ${table} WHERE NOT json_valid(${column})`,
}));

/** SQLite does not compute a stored column again when it checks; all else here no constraint of the schema can say. */
const RULES: readonly Rule[] = [
  {
    problem: 'patch :row: its columns do not say what its state says',
    rows: `SELECT id AS found FROM patch WHERE state_name IS NOT state ->> '$.name' OR landing_seq IS NOT
      (CASE WHEN state ->> '$.name' = 'landed' THEN state ->> '$.intent.landingSeq' END)`,
  },
  {
    problem: 'entry :row: its columns do not say what is sealed in it',
    rows: `SELECT id AS found FROM entry WHERE chain IS NOT sealed ->> '$.chain' OR n IS NOT sealed ->> '$.n'
      OR subject IS NOT sealed ->> '$.subject'`,
  },
  {
    problem: 'patch :row answers for its content, and must not in its state',
    rows: `SELECT id AS found FROM patch WHERE content_claim IS NOT NULL AND
      (state_name IN ('rejected', 'failed', 'cancelled') OR state ->> '$.takenOff' IS NOT NULL OR (series IS NULL AND merge = 'never' AND json_array_length(terms, '$.flags') = 0 AND content_claim <> digest))`,
  },
  {
    problem: 'patch :row has no text, or one of another size',
    rows: `SELECT id AS found FROM patch LEFT JOIN patch_body USING (seq) WHERE length(bytes) IS NOT size`,
  },
  {
    problem: 'patch :row is of a workspace that has no chain',
    rows: 'SELECT id AS found FROM patch WHERE workspace NOT IN (SELECT chain FROM chain_head)',
  },
  {
    problem: 'chain :row: its head is not its last entry',
    rows: `SELECT chain AS found FROM chain_head FULL JOIN (SELECT chain, max(n) AS last FROM entry GROUP BY chain) USING (chain)
      WHERE n IS NOT last`,
  },
  {
    problem: 'entry :row is not told in the outbox',
    rows: 'SELECT id AS found FROM entry WHERE id NOT IN (SELECT entry FROM outbox)',
  },
  {
    problem: 'position :row of the outbox: the one before it is missing, or tells a later entry',
    rows: `SELECT position AS found FROM (SELECT position, position - lag(position, 1, 0) OVER line AS step,
        entry - lag(entry, 1, 0) OVER line AS later FROM outbox WINDOW line AS (ORDER BY position))
      WHERE step <> 1 OR later < 1`,
  },
  {
    problem: 'reader :row of the outbox has come further than the outbox goes',
    rows: 'SELECT reader AS found FROM cursor WHERE position < 0 OR position > (SELECT coalesce(max(position), 0) FROM outbox)',
  },
];

const MOST_TOLD = 20;

/** Holds the rows of the ledger against each other, all in one snapshot, so that it may run while others write. */
export function inspectRows(found: Inspection, db: DatabaseSync): void {
  attempt(found, 'a snapshot', () => db.exec('BEGIN'));
  const before = found.problems.length;
  inspectBy(JSON_RULES, found, db);
  if (found.problems.length === before) inspectBy(RULES, found, db);
  attempt(found, 'the end of a snapshot', () => db.isTransaction && db.exec('COMMIT'));
}

function inspectBy(rules: readonly Rule[], found: Inspection, db: DatabaseSync): void {
  for (const { problem, rows } of rules) {
    attempt(found, `looking for "${problem.replace(':row', 'N')}"`, () => {
      const broken = db.prepare(`${rows} LIMIT ${MOST_TOLD}`).all();
      found.problems.push(...broken.map((row) => problem.replace(':row', String(row.found))));
    });
  }
}
