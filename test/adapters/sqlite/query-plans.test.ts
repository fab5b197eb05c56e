import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { migrate } from '../../../src/adapters/sqlite/migrations.ts';
import { readsOn, writesOn } from '../../../src/adapters/sqlite/operations.ts';

/** Registers that stay small are read as a whole. */
const SMALL = /^SCAN (workspace|token|chain_head)\b/;
/** Not tables: a constant row, a setting, the end of an index. */
const NO_TABLE = /^SCAN (CONSTANT ROW|\d+ CONSTANT ROWS?|pragma_\w+ VIRTUAL TABLE)/;

/** Part of a statement, and the index that its plan has to name. */
const INDEX_OF: Readonly<Record<string, string>> = {
  'patch WHERE seq <': 'INTEGER PRIMARY KEY',
  'WHERE workspace = :workspace AND seq': 'patch_in_workspace',
  'WHERE state_name = :state AND seq': 'patch_in_state',
  'WHERE workspace = :workspace AND state_name': 'patch_in_line',
  'WHERE workspace = ? AND state_name': 'patch_in_line',
  'landing_seq IS NOT NULL': 'patch_landed',
  'executed_at IS NOT NULL': 'patch_executed',
  'WHERE attempt_after = ?': 'patch_attempt_after',
  "WHERE series ->> '$.first'": 'patch_in_series',
  'FROM entry WHERE chain': 'sqlite_autoindex_entry_1',
  'FROM entry WHERE subject': 'entry_about',
  'WHERE outbox.position >': 'INTEGER PRIMARY KEY',
};

describe('the statements of the SQLite ledger', () => {
  const db = new DatabaseSync(':memory:');
  migrate(db, ':memory:');
  const statements: string[] = [];
  const recording = {
    prepare(sql: string) {
      statements.push(sql);
      return db.prepare(sql);
    },
  };
  readsOn(recording);
  writesOn(recording);
  const plans = [...new Set(statements)].map((sql) => ({
    sql,
    steps: db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail)),
  }));

  it('are all here', () => {
    assert.ok(plans.length > 35, `${plans.length} statements`);
  });

  it('find their rows by an index and never read a growing table as a whole', () => {
    const scans = plans.flatMap(({ sql, steps }) =>
      steps
        .filter((step) => step.startsWith('SCAN') && !SMALL.test(step) && !NO_TABLE.test(step))
        .map((step) => `${step}: ${sql}`),
    );
    assert.deepEqual(scans, []);
  });

  it('read each kind of page through the index that was made for it', () => {
    for (const [where, index] of Object.entries(INDEX_OF)) {
      const reading = plans.filter(({ sql }) => sql.includes(where));
      assert.ok(reading.length > 0, where);
      for (const { sql, steps } of reading) assert.match(steps.join('; '), new RegExp(`${index}\\b`), sql);
    }
  });

  it('sort nothing that grows', () => {
    const sorts = plans.filter(({ steps }) => steps.some((step) => /TEMP B-TREE/.test(step)));
    assert.deepEqual(
      sorts.map(({ sql }) => sql),
      ['SELECT * FROM token ORDER BY issued_at, id'],
    );
  });
});
