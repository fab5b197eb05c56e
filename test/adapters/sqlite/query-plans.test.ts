import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { migrate } from '../../../src/adapters/sqlite/migrations.ts';
import { readsOn, writesOn } from '../../../src/adapters/sqlite/operations.ts';

/** Registers that stay small are read as a whole. */
const SMALL = /^SCAN (workspace|token|chain_head)\b/;
/** Not tables: a constant row, a setting, the end of an index. */
const NO_TABLE = /^SCAN (CONSTANT ROW|\d+ CONSTANT ROWS?|pragma_\w+ VIRTUAL TABLE)/;

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

  it('sort nothing that grows', () => {
    const sorts = plans.filter(({ steps }) => steps.some((step) => /TEMP B-TREE/.test(step)));
    assert.deepEqual(
      sorts.map(({ sql }) => sql),
      ['SELECT * FROM token ORDER BY issued_at, id'],
    );
  });
});
