import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { commitTogether } from '../../../src/adapters/sqlite/group-commit.ts';
import { openSqliteLedger } from '../../../src/adapters/sqlite/open.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { accepted, givenSubmission, registered } from '../../conformance/given.ts';
import { scratchFile } from './scratch.ts';

async function open(test: TestContext) {
  const file = await scratchFile(test);
  const opened = await openSqliteLedger({ file, clock: systemClock });
  test.after(() => opened.close());
  await registered(opened, { name: 'main' });
  return { ...opened, file };
}

describe('group commit', () => {
  it('writes what arrives together in far fewer transactions than one each', async (test) => {
    const [together, alone] = [await open(test), await open(test)];
    const logSize = async (file: string) => (await stat(`${file}-wal`)).size;
    await Promise.all(Array.from({ length: 64 }, () => accepted(together.ledger, {})));
    for (let count = 0; count < 64; count++) await accepted(alone.ledger, {});
    // Every transaction writes each page that it touches once more.
    assert.ok((await logSize(together.file)) * 3 < (await logSize(alone.file)));
  });

  it('lets one refused submission fail alone', async (test) => {
    const { ledger } = await open(test);
    const taken = await accepted(ledger, { workspace: 'main' });
    const given = Array.from({ length: 30 }, (_, n) =>
      givenSubmission({ workspace: 'main', ...(n === 17 ? { id: taken.id } : {}) }),
    );
    const outcomes = await Promise.allSettled(given.map((submission) => ledger.accept(submission)));
    assert.deepEqual(
      outcomes.flatMap(({ status }, index) => (status === 'rejected' ? [index] : [])),
      [17],
    );
    assert.equal((await ledger.list({ limit: 99 })).length, 30);
  });

  it('takes back all that a failed item wrote, and nothing of its neighbours', () => {
    const db = new DatabaseSync(':memory:');
    db.exec('CREATE TABLE seen (value INTEGER UNIQUE) STRICT');
    const insert = db.prepare('INSERT INTO seen VALUES (?)');
    const outcomes = commitTogether<number>(db, {
      meanwhile: () => {},
      take: () => [1, 2, 3],
      run(item) {
        insert.run(item);
        insert.run(item === 2 ? 1 : item * 10);
      },
    });
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['done', 'failed', 'done'],
    );
    const values = db.prepare('SELECT value FROM seen ORDER BY value').all();
    assert.deepEqual(
      values.map(({ value }) => value),
      [1, 3, 10, 30],
    );
    db.close();
  });

  it('throws, and answers for nothing, where not even a rollback is possible', () => {
    const db = new DatabaseSync(':memory:');
    const batch = { meanwhile: () => {}, take: () => [1], run: () => db.close() };
    assert.throws(() => commitTogether<number>(db, batch), /not open/);
  });

  it('answers reads while another process holds the write lock, and writes when it lets go', async (test) => {
    const { ledger, file } = await open(test);
    const patch = await accepted(ledger, {});
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    let isWritten = false;
    const waiting = accepted(ledger, {}).then((written) => {
      isWritten = true;
      return written;
    });
    assert.deepEqual(await ledger.find(patch.id), patch);
    assert.deepEqual(await ledger.find(patch.id), patch);
    assert.equal(isWritten, false);
    other.exec('COMMIT');
    other.close();
    assert.equal((await waiting).seq, patch.seq + 1);
  });
});

describe('the schema', () => {
  it('lets nobody change or remove an entry, nor forget the token of a lease', async (test) => {
    const { ledger, leaser, file } = await open(test);
    await accepted(ledger, {});
    await leaser.take({ name: 'main', owner: 'a', ttlMs: 1, above: 0 });
    const db = new DatabaseSync(file);
    assert.throws(() => db.exec("UPDATE entry SET sealed = '{}'"), /entries are fixed/);
    assert.throws(() => db.exec('DELETE FROM entry'), /entries are kept|FOREIGN KEY/);
    assert.throws(() => db.exec('DELETE FROM lease'), /tokens are kept/);
    db.close();
  });
});
