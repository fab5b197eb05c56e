import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { assertSafeVersion, openWriter } from '../../../src/adapters/sqlite/database.ts';
import { openSqliteLedger, type SqliteOptions } from '../../../src/adapters/sqlite/open.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { accepted, givenSubmission, givenWorkspace, hasCode } from '../../conformance/given.ts';
import { scratchFile } from './scratch.ts';

async function open(test: TestContext, options: Omit<SqliteOptions, 'clock'>) {
  const opened = await openSqliteLedger({ ...options, clock: systemClock });
  test.after(() => opened.close());
  if (!options.readOnly) await opened.workspaces.add(givenWorkspace({ name: 'main' }));
  return opened;
}

describe('opening a SQLite ledger', () => {
  it('tells how it stands: write-ahead log, synchronous FULL, a safe SQLite', async (test) => {
    const file = await scratchFile(test);
    const { latencyMs, ...health } = await (await open(test, { file })).health();
    const sqliteVersion = process.versions.sqlite;
    assert.deepEqual(health, { file, sqliteVersion, journalMode: 'wal', synchronous: 2 });
    assert.ok(latencyMs > 0);
  });

  it('makes files that only their owner can read, and leaves nothing else behind', async (test) => {
    const file = await scratchFile(test);
    await open(test, { file });
    const modeOf = async (path: string) => (await stat(path)).mode & 0o777;
    assert.equal(await modeOf(dirname(file)), 0o700);
    const names = await readdir(dirname(file));
    assert.deepEqual(
      names.toSorted(),
      ['', '-shm', '-wal'].map((suffix) => basename(file) + suffix),
    );
    for (const name of names) assert.equal(await modeOf(`${dirname(file)}/${name}`), 0o600, name);
  });

  it('takes the right to read away from others, where an older file grants it', async (test) => {
    const file = await scratchFile(test);
    await (await open(test, { file })).close();
    await chmod(file, 0o644);
    await open(test, { file });
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('finds again what was stored before', async (test) => {
    const file = await scratchFile(test);
    const first = await open(test, { file });
    const patch = await accepted(first.ledger, {});
    await first.close();
    assert.deepEqual(await (await open(test, { file })).ledger.find(patch.id), patch);
  });

  it('refuses a SQLite that can corrupt a shared write-ahead log', () => {
    for (const version of ['3.50.4', '3.51.2', '3.9.9', 'absent']) {
      assert.throws(() => assertSafeVersion(version, '/srv/ghost.db'), hasCode('ledger_unsafe'), version);
    }
    for (const version of ['3.51.3', '3.51.10', '3.53.0', '4.0.0'])
      assertSafeVersion(version, '/srv/ghost.db');
  });

  it('refuses a file system on which the write-ahead log does not come on', async (test) => {
    const file = await scratchFile(test);
    await mkdir(dirname(file));
    // This one has no shared memory, as a network file system has none.
    assert.throws(() => openWriter(`file:${file}?vfs=unix-dotfile`), hasCode('ledger_unsafe'));
  });

  it('refuses a ledger that a newer Ghost wrote, and does not touch it', async (test) => {
    const file = await scratchFile(test);
    await (await open(test, { file })).close();
    changeFile(file, 'PRAGMA user_version = 99');
    await assert.rejects(open(test, { file }), hasCode('ledger_newer'));
    await assert.rejects(open(test, { file, readOnly: true }), hasCode('ledger_newer'));
  });

  it('refuses a file that is no ledger', async (test) => {
    const file = await scratchFile(test);
    await mkdir(dirname(file));
    await writeFile(file, 'this is a text, and longer than the header of a database would be'.repeat(20));
    await assert.rejects(open(test, { file }), hasCode('ledger_unavailable'));
  });

  it('for reading only shows everything and takes nothing', async (test) => {
    const file = await scratchFile(test);
    const { ledger } = await open(test, { file });
    const patch = await accepted(ledger, {});
    const reading = await open(test, { file, readOnly: true });
    assert.deepEqual(await reading.ledger.find(patch.id), patch);
    await assert.rejects(reading.ledger.accept(givenSubmission()), hasCode('ledger_unavailable'));
    await assert.rejects(reading.outbox.moveCursor('audit', 1), hasCode('ledger_unavailable'));
  });

  it('for reading only neither makes a ledger nor upgrades one', async (test) => {
    const file = await scratchFile(test);
    await assert.rejects(open(test, { file, readOnly: true }), hasCode('ledger_unavailable'));
    await mkdir(dirname(file));
    changeFile(file, 'PRAGMA journal_mode = WAL');
    await assert.rejects(open(test, { file, readOnly: true }), hasCode('ledger_unsafe'));
  });

  it('for reading only works when the last writer is gone', async (test) => {
    const file = await scratchFile(test);
    const writing = await open(test, { file });
    const patch = await accepted(writing.ledger, {});
    await writing.close();
    assert.deepEqual(await (await open(test, { file, readOnly: true })).ledger.find(patch.id), patch);
  });
});

describe('closing a SQLite ledger', () => {
  it('finishes what was asked before, and takes nothing afterwards', async (test) => {
    const file = await scratchFile(test);
    const opened = await open(test, { file });
    const asked = Array.from({ length: 20 }, () => accepted(opened.ledger, {}));
    const closed = [opened.close(), opened.close()];
    await assert.rejects(opened.ledger.accept(givenSubmission()), hasCode('ledger_unavailable'));
    const patches = await Promise.all(asked);
    await Promise.all(closed);
    await assert.rejects(opened.health(), hasCode('ledger_unavailable'));
    const found = await (await open(test, { file })).ledger.list({ limit: 99 });
    assert.deepEqual(
      found,
      patches.toSorted((a, b) => a.seq - b.seq),
    );
  });
});

function changeFile(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}
