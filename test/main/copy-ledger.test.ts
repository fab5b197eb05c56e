import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import { openSqliteLedger } from '../../src/adapters/sqlite/open.ts';
import type { Config } from '../../src/main/config.ts';
import { readConfig } from '../../src/main/config.ts';
import { exportLedgerOf, importLedgerOf } from '../../src/main/copy-ledger.ts';
import { lockHome } from '../../src/main/home-lock.ts';
import { fillLedger } from '../conformance/filled-ledger.ts';
import { hasCode } from '../conformance/given.ts';
import { handClock } from '../conformance/hand-clock.ts';
import { temporaryFolder } from '../world/git.ts';
import { installationSettings, openInstallationFor } from '../world/installation.ts';

const quiet = () => {};

describe('a ledger that is moved', () => {
  it('goes to a file of its owner alone, and from there into a home of the same installation', async (t) => {
    const { config, folder } = await givenLedger(t);
    const file = join(folder, 'copy.jsonl');
    const told: number[] = [];
    const exported = await exportLedgerOf(config, file, (done) => told.push(done));
    assert.deepEqual([statSync(file).mode & 0o777, readdirSync(folder)], [0o600, ['copy.jsonl']]);
    assert.equal(
      told.length,
      Object.values(exported.counts).reduce((sum, count) => sum + count, 0),
    );

    const other = homeLike(t, config);
    assert.deepEqual((await importLedgerOf(other, file, quiet)).digest, exported.digest);
    const again = join(folder, 'again.jsonl');
    await exportLedgerOf(other, again, quiet);
    assert.deepEqual(readFileSync(again), readFileSync(file));
    await assert.rejects(importLedgerOf(other, file, quiet), hasCode('ledger_not_empty'));
  });

  it('goes through a pipe as well, whatever pieces it comes in', async (t) => {
    const { config } = await givenLedger(t);
    const pipe = new PassThrough({ highWaterMark: 16 });
    const exporting = exportLedgerOf(config, pipe, quiet).then(() => pipe.end());
    const other = homeLike(t, config);
    const { counts } = await importLedgerOf(other, pipe, quiet);
    await exporting;
    assert.ok(counts.patch > 5);
  });

  it('ends where the reader of the pipe is gone, and does not call that a copy', async (t) => {
    const { config } = await givenLedger(t);
    const pipe = new PassThrough({ highWaterMark: 16 });
    pipe.on('error', quiet);
    pipe.once('data', () => pipe.destroy(new Error('EPIPE')));
    await assert.rejects(exportLedgerOf(config, pipe, quiet), hasCode('input_invalid'));
  });

  it('takes the name of no other file, and leaves none behind that is not whole', async (t) => {
    const { config, folder } = await givenLedger(t);
    const file = join(folder, 'copy.jsonl');
    writeFileSync(file, 'mine');
    await assert.rejects(exportLedgerOf(config, file, quiet), /is there already; name a new file/);
    assert.equal(readFileSync(file, 'utf8'), 'mine');
    await assert.rejects(exportLedgerOf(config, join(folder, 'no', 'copy'), quiet), hasCode('input_invalid'));
    const dying = () => {
      throw new Error('the disk is full');
    };
    await assert.rejects(exportLedgerOf(config, join(folder, 'torn'), dying), /the disk is full/);
    assert.deepEqual(readdirSync(folder), ['copy.jsonl']);
  });

  it('is refused where it is no copy, in a new home, and while Ghost runs there', async (t) => {
    const { config, folder } = await givenLedger(t);
    const other = homeLike(t, config);
    const file = join(folder, 'copy');
    for (const bytes of [
      '',
      '\n',
      Buffer.from([0xff, 0xfe, 10]),
      'SQLite format 3\0',
      '{"kind":"ghost-ledger"}',
    ]) {
      writeFileSync(file, bytes);
      await assert.rejects(importLedgerOf(other, file, quiet), hasCode('input_invalid'), `${bytes}`);
    }
    await assert.rejects(importLedgerOf(other, join(folder, 'none'), quiet), hasCode('file_unreadable'));
    await assert.rejects(importLedgerOf(other, folder, quiet), hasCode('file_unreadable'));

    const home = join(folder, 'new');
    const fresh = readConfig({ GHOST_HOME: home }, '/package/root');
    await assert.rejects(importLedgerOf(fresh, file, quiet), /is a new home/);
    await assert.rejects(exportLedgerOf(fresh, join(folder, 'x'), quiet), /is a new home/);
    assert.equal(existsSync(home), false);

    const lock = lockHome(other.home.lockFile);
    await assert.rejects(importLedgerOf(other, file, quiet), hasCode('already_running'));
    lock?.release();
  });
});

async function givenLedger(t: TestContext): Promise<{ readonly config: Config; readonly folder: string }> {
  const settings = installationSettings();
  const opened = await openInstallationFor(settings);
  await opened.close();
  const clock = handClock();
  const ledger = await openSqliteLedger({ file: opened.config.home.ledgerFile, clock });
  await fillLedger(ledger, clock).finally(() => ledger.close());
  const folder = temporaryFolder('copies');
  t.after(() => {
    for (const path of [settings.GHOST_HOME ?? '', folder]) rmSync(path, { recursive: true });
  });
  return { config: opened.config, folder };
}

/** What is to be brought along: the identity and the keys. */
function homeLike(t: TestContext, { home }: Config): Config {
  const root = temporaryFolder('home');
  t.after(() => rmSync(root, { recursive: true }));
  for (const name of ['installation', 'keys'])
    cpSync(join(home.data, name), join(root, name), { recursive: true });
  return readConfig({ GHOST_HOME: root }, '/package/root');
}
