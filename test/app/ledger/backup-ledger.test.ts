import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { backupLedgerOf, checkLedgerOf } from '../../../src/main/check-ledger.ts';
import { creating } from '../../world/diffs.ts';
import { temporaryFolder } from '../../world/git.ts';
import { lineFor } from '../../world/line.ts';

/** A line with one landed patch, and where a backup of it goes. */
async function aLine(test: TestContext) {
  const line = await lineFor(test);
  await line.submit(creating('a.txt'));
  await line.next();
  const { config } = line.installation;
  return { ...line, config, file: join(temporaryFolder('backup'), 'ledger-backup.db') };
}

const beside = (file: string) => readdirSync(dirname(file)).sort();

/** As `sqlite3` would, past all that Ghost guards. */
function edit(file: string, sql: string): void {
  const db = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  db.exec(sql);
  db.close();
}

describe('a backup of a ledger', () => {
  it('is one file of its owner, made while patches land, and whole', async (test) => {
    const line = await aLine(test);
    let isOver = false;
    const busy = (async () => {
      for (let at = 0; !isOver; at++) {
        await line.submit(creating(`busy-${at}.txt`));
        await line.next();
      }
    })();
    const report = await backupLedgerOf(line.config, line.file).finally(() => {
      isOver = true;
      return busy;
    });
    assert.deepEqual(
      report.problems.filter((problem) => !problem.includes('shows token')),
      [],
    );
    assert.ok((report.counts?.patches ?? 0) >= 1);
    assert.equal(statSync(line.file).mode & 0o777, 0o600);
    assert.deepEqual(beside(line.file), ['ledger-backup.db']);
  });

  it('holds what is in the write-ahead log alone', async (test) => {
    const line = await aLine(test);
    assert.ok(statSync(`${line.config.home.ledgerFile}-wal`).size > 0);
    await backupLedgerOf(line.config, line.file);
    const db = new DatabaseSync(line.file, { readOnly: true });
    assert.equal(db.prepare('SELECT count(*) AS n FROM patch').get()?.n, 1);
    db.close();
  });

  it('takes the place of nothing that is there', async (test) => {
    const line = await aLine(test);
    await backupLedgerOf(line.config, line.file);
    const before = statSync(line.file).mtimeMs;
    await assert.rejects(backupLedgerOf(line.config, line.file), {
      code: 'input_invalid',
      message: /is there already; name a new file/,
    });
    await assert.rejects(backupLedgerOf(line.config, dirname(line.file)), /is a folder; name a new file/);
    assert.equal(statSync(line.file).mtimeMs, before);
    assert.deepEqual(beside(line.file), ['ledger-backup.db']);
  });

  it('that cannot be written where it was to go names that place, and what is in the way', async (test) => {
    const line = await aLine(test);
    const [nowhere, below] = [
      join(dirname(line.file), 'none', 'b.db'),
      join(line.config.home.ledgerFile, 'b.db'),
    ];
    for (const [file, why] of [
      [nowhere, 'ENOENT: no such file or directory'],
      [below, 'ENOTDIR: not a directory'],
    ] as const) {
      const problem = `${file} cannot be written (${why}); name a file in a folder that can be written to`;
      await assert.rejects(backupLedgerOf(line.config, file), ({ code, message }) => {
        assert.equal(code, 'input_invalid');
        assert.ok(message.includes(problem), message);
        return true;
      });
    }
    assert.deepEqual(beside(line.file), []);
  });
});

describe('checking a ledger that lies somewhere', () => {
  it('leaves nothing beside it and nothing in the scratch folder, and reads the log that belongs to it', async (test) => {
    const line = await aLine(test);
    const { ledgerFile, scratch } = line.config.home;
    for (const suffix of ['', '-wal']) copyFileSync(`${ledgerFile}${suffix}`, `${line.file}${suffix}`);
    chmodSync(line.file, 0o600);
    const before = readdirSync(scratch);
    const report = await checkLedgerOf(line.config, line.file);
    assert.deepEqual([report.problems, report.counts?.patches], [[], 1]);
    assert.deepEqual(beside(line.file), ['ledger-backup.db', 'ledger-backup.db-wal']);
    assert.deepEqual(readdirSync(scratch), before);
  });

  it('has a word of its own for a folder, and a hint for each finding', async (test) => {
    const line = await aLine(test);
    await backupLedgerOf(line.config, line.file);
    const folder = await checkLedgerOf(line.config, dirname(line.file));
    assert.match(folder.problems.join(), /is no file, but a folder$/);
    assert.match(folder.advice ?? '', /^Name the file itself/);
    const missing = await checkLedgerOf(line.config, `${line.file}.none`);
    assert.match(missing.advice ?? '', /^Name the file itself/);
    chmodSync(line.file, 0o644);
    const open = await checkLedgerOf(line.config, line.file);
    assert.match(open.problems.join(), /chmod 600/);
    assert.match(open.advice ?? '', /^Its content is whole/);
    chmodSync(line.file, 0o600);
    edit(line.file, 'PRAGMA user_version = 3');
    const older = await checkLedgerOf(line.config, line.file);
    assert.match(older.problems.join(), /it has schema 3/);
    assert.match(older.advice ?? '', /^A backup of an older Ghost/);
  });

  it('names a row that is damaged, and says what to do of a damaged ledger', async (test) => {
    const line = await aLine(test);
    await backupLedgerOf(line.config, line.file);
    const text = readFileSync(line.file, 'latin1');
    writeFileSync(line.file, text.replaceAll('{"actor":', 'X"actor":'), 'latin1');
    const { problems, advice } = await checkLedgerOf(line.config, line.file);
    assert.match(problems.join('\n'), /^entry \d+ is damaged: its sealed is no JSON$/m);
    assert.doesNotMatch(problems.join('\n'), /thread of SQLite|SyntaxError|malformed/);
    assert.match(advice ?? '', /Restore the newest backup/);
  });
});
