import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { openSqliteLedger, type SqliteLedger } from '../../../src/adapters/sqlite/open.ts';
import { verifyChain } from '../../../src/core/ledger/verify-chain.ts';
import { isPatchId } from '../../../src/core/patch/id.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { STRACE, traceThread } from '../../crash/harness/strace.ts';
import { startChild } from './child.ts';
import { scratchFile } from './scratch.ts';

const ALL = 100_000;
/** Said aloud where it may be missing; where tests have to be whole, what is missing fails them. */
const NO_TRACER =
  existsSync(STRACE.program) || process.env.CI === 'true' ? false : 'no strace: apt-get install strace';
const ACCEPT = new URL('./children/accept.ts', import.meta.url);
const TAKE_LEASES = new URL('./children/take-leases.ts', import.meta.url);
const FILL_DISK = new URL('./children/fill-disk.ts', import.meta.url);
const APPEND_ENTRIES = new URL('./children/append-entries.ts', import.meta.url);

describe('several processes on one SQLite ledger', () => {
  it('make one ledger when they start at the same moment', async (test) => {
    const file = await scratchFile(test);
    const children = Array.from({ length: 5 }, (_, n) => startChild(test, ACCEPT, file, `w-${n}`, '3'));
    const ids = (await Promise.all(children.map((child) => child.rest()))).flat();
    assert.equal(new Set(ids).size, 15);
    const { ledger } = await opened(test, file);
    const found = await ledger.list({ limit: ALL });
    assert.deepEqual(found.map(({ id }) => `${id}`).toSorted(), ids.toSorted());
  });

  it('give a lease that two of them want to one', async (test) => {
    const file = await scratchFile(test);
    const takers = ['a', 'b'].map((owner) => startChild(test, TAKE_LEASES, file, owner, '1'));
    for (const taker of takers) assert.equal(await taker.next(), 'ready');
    for (const taker of takers) taker.tell('go');
    const tokens = (await Promise.all(takers.map((taker) => taker.rest()))).flat();
    assert.deepEqual(tokens, ['1']);
  });

  it('never see the same token, however often they take the lease from each other', async (test) => {
    const file = await scratchFile(test);
    const takers = ['a', 'b'].map((owner) => startChild(test, TAKE_LEASES, file, owner, '40'));
    for (const taker of takers) assert.equal(await taker.next(), 'ready');
    for (const taker of takers) taker.tell('go');
    const seen = await Promise.all(takers.map((taker) => taker.rest()));
    const tokens = seen.map((list) => list.map(Number));
    for (const list of tokens)
      assert.deepEqual(
        list,
        list.toSorted((a, b) => a - b),
      );
    assert.deepEqual(
      tokens.flat().toSorted((a, b) => a - b),
      Array.from({ length: 80 }, (_, index) => index + 1),
    );
  });

  it('show a reader the outbox in order and without gaps while two of them write', async (test) => {
    const file = await scratchFile(test);
    const { outbox, chains } = await opened(test, file);
    const writers = [0, 1].map(() => startChild(test, ACCEPT, file, 'main', '150'));
    const seen: number[] = [];
    let running = true;
    const written = Promise.all(writers.map((writer) => writer.rest())).finally(() => {
      running = false;
    });
    while (running || seen.length < (await outbox.newest())) {
      const events = await outbox.after(seen.length, 50);
      seen.push(...events.map(({ position }) => position));
      await new Promise(setImmediate);
    }
    assert.equal((await written).flat().length, 300);
    // One tells of the workspace, which the first of them registered.
    assert.deepEqual(
      seen,
      Array.from({ length: 301 }, (_, index) => index + 1),
    );
    assert.deepEqual(
      verifyChain(await chains.entries('main', 0, ALL), (await chains.heads())[0] ?? null),
      [],
    );
  });

  it('lose no receipt when one of them is killed in the middle of a stream', async (test) => {
    const file = await scratchFile(test);
    const receipts: string[] = [];
    for (const before of [1, 40, 111]) {
      const child = startChild(test, ACCEPT, file, 'main', String(ALL));
      for (let count = 0; count < before; count++) receipts.push(await child.next());
      await child.kill();
      receipts.push(...(await child.rest()).filter(isPatchId));
    }
    const { ledger, chains } = await opened(test, file);
    const found = new Set((await ledger.list({ limit: ALL })).map(({ id }) => `${id}`));
    assert.deepEqual(
      receipts.filter((id) => !found.has(id)),
      [],
    );
    const entries = await chains.entries('main', 0, ALL);
    assert.equal(entries.length, found.size + 1);
    assert.deepEqual(verifyChain(entries, (await chains.heads())[0] ?? null), []);
    assert.deepEqual(integrityOf(file), 'ok');
  });

  it('refuse what a full disk cannot take, store nothing of it, and go on when there is room', async (test) => {
    const file = await scratchFile(test);
    const child = startChild(test, FILL_DISK, file);
    const answers = await child.rest();
    assert.equal(answers.length, 36);
    const outcomes = answers.map((line) => (line.startsWith('yes') ? 'yes' : line));
    assert.deepEqual(outcomes.slice(0, 3), ['yes', 'yes', 'yes']);
    assert.ok(outcomes.slice(3, 33).includes('no ledger_unavailable'));
    assert.deepEqual([...new Set(outcomes)].toSorted(), ['no ledger_unavailable', 'yes']);
    assert.deepEqual(outcomes.slice(33), ['yes', 'yes', 'yes']);
    const receipts = answers.flatMap((line) => (line.startsWith('yes ') ? [line.slice(4)] : []));
    const { ledger, outbox } = await opened(test, file);
    const found = await ledger.list({ limit: ALL });
    assert.deepEqual(found.map(({ id }) => `${id}`).toSorted(), receipts.toSorted());
    assert.equal(await outbox.newest(), receipts.length + 1);
    assert.equal(integrityOf(file), 'ok');
  });
});

describe('a disk that fails at the sync of a commit', { skip: NO_TRACER }, () => {
  it('leaves the fate of what was written unknown, for it may be there after a crash', async (test) => {
    const file = await scratchFile(test);
    const child = startChild(test, APPEND_ENTRIES, file);
    assert.equal(await child.next(), 'ready');
    const append = (subject: string) => {
      child.tell(subject);
      return child.next();
    };
    assert.equal(await append('one'), 'stored');
    const inject = ['-f', '-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO'];
    const tracer = await traceThread(child.pid, inject, `${file}.trace`);
    assert.equal(await append('two'), 'ledger_unknown');
    await tracer.detach();
    await child.kill();
    const { chains } = await opened(test, file);
    const subjects = (await chains.entries('system', 0, 9)).map(({ subject }) => subject);
    assert.deepEqual(subjects, ['one', 'two']);
  });
});

async function opened(test: TestContext, file: string): Promise<SqliteLedger> {
  const ledger = await openSqliteLedger({ file, clock: systemClock });
  test.after(() => ledger.close());
  return ledger;
}

function integrityOf(file: string): unknown {
  const db = new DatabaseSync(file);
  const answer = db.prepare('PRAGMA integrity_check').get()?.integrity_check;
  db.close();
  return answer;
}
