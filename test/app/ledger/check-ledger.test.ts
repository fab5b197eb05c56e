import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { cancelPatch } from '../../../src/app/cancel-patch.ts';
import { issueToken } from '../../../src/app/issue-token.ts';
import { checkContents } from '../../../src/app/ledger/check-contents.ts';
import type { LedgerReport } from '../../../src/app/ledger/check-ledger.ts';
import { pauseWorkspace } from '../../../src/app/pause-workspace.ts';
import { projectOutbox } from '../../../src/app/project-outbox.ts';
import { checkLedgerOf } from '../../../src/main/check-ledger.ts';
import { seeded } from '../../conformance/random.ts';
import { creating } from '../../world/diffs.ts';
import { temporaryFolder } from '../../world/git.ts';
import { lineFor, type TestLine } from '../../world/line.ts';
import { openWorld } from '../../world/needs.ts';

/** A ledger with something of everything in it. */
async function aLedger(test: TestContext): Promise<TestLine> {
  const line = await lineFor(test, { checks: [{ name: 'no b', run: 'test ! -e b.txt' }] });
  for (const name of ['a.txt', 'b.txt', 'c.txt']) {
    const flags = name === 'a.txt' ? (['requireMutationProof'] as const) : [];
    await line.submit(creating(name), { idempotencyKey: name, flags });
    await line.next();
  }
  const { patch } = await line.submit(creating('d.txt'));
  await cancelPatch(line.needs, { id: patch.id, actor: 'test', role: 'admin' });
  await line.submit(creating('e.txt'));
  await pauseWorkspace(line.needs, { name: 'main', reason: 'a look', actor: 'test' });
  await issueToken(line.needs, { subject: 'ci', role: 'viewer', ttlMs: 1_000, actor: 'test' });
  await projectOutbox(line.needs);
  return line;
}

const checked = ({ installation }: TestLine, file: string | null = null): Promise<LedgerReport> =>
  checkLedgerOf(installation.config, file);

/** A copy of the whole ledger as SQLite's own backup would make it, in one file. */
function copyOf({ installation }: TestLine): string {
  const file = join(temporaryFolder('ledger'), 'ledger.db');
  const db = new DatabaseSync(installation.config.home.ledgerFile);
  db.exec(`VACUUM INTO '${file}'`);
  db.close();
  const copy = new DatabaseSync(file);
  copy.exec('PRAGMA journal_mode = WAL');
  copy.close();
  chmodSync(file, 0o600);
  return file;
}

describe('checking a ledger', () => {
  it('finds nothing wrong with what Ghost wrote, while it is open and in a backup', async (test) => {
    const line = await aLedger(test);
    const report = await checked(line);
    assert.deepEqual([report.ok, report.problems, report.advice], [true, [], null]);
    const { journalMode, synchronous, schema } = report.facts;
    assert.deepEqual([journalMode, synchronous, schema], ['wal', 2, 8]);
    assert.deepEqual([report.counts?.patches, report.counts?.workspaces, report.counts?.chains], [5, 1, 2]);
    assert.deepEqual((await checked(line, copyOf(line))).problems, []);
  });

  it('is no false alarm while patches are submitted and land', async (test) => {
    const line = await lineFor(test);
    let isOver = false;
    const busy = (async () => {
      for (let at = 0; !isOver; at++) {
        await line.submit(creating(`${at}.txt`));
        await line.next();
      }
    })();
    for (let look = 0; look < 5; look++) assert.deepEqual((await checked(line)).problems, []);
    isOver = true;
    await busy;
  });

  const edits: readonly (readonly [what: string, sql: string, told: RegExp])[] = [
    ['a role', "UPDATE token SET role = 'operator'", /^token t_\S+: the register has .*"role":"operator"/],
    [
      'a pause',
      'UPDATE workspace SET paused = NULL',
      /^workspace main: the register has .*its chain tells .*a look/,
    ],
    ['a baseline', 'UPDATE workspace SET baseline = NULL', /^workspace main: the register has/],
    ['a workspace', 'DELETE FROM workspace', /^workspace main: the register has nothing/],
    ['a state', "UPDATE patch SET state = json_set(state, '$.name', 'landed') WHERE seq = 5", /state/],
    [
      'a claim',
      "UPDATE patch SET content_claim = 'x' WHERE state_name = 'cancelled'",
      /answers for its content, and must not/,
    ],
    ['a text', "UPDATE patch_body SET bytes = x'00' WHERE seq = 1", /its text has digest/],
    ['no text', 'DELETE FROM patch_body WHERE seq = 1', /has no text, or one of another size/],
    ['a cursor', 'UPDATE cursor SET position = 9999', /^reader \S+ of the outbox has come further/],
    ['an event', 'DELETE FROM outbox WHERE position = 5', /position 6 .*the one before it is missing/],
    [
      'a head',
      "UPDATE chain_head SET n = n - 1 WHERE chain = 'main'",
      /^chain main: its head is not its last entry/,
    ],
    [
      'an entry',
      "DROP TRIGGER entry_fixed; UPDATE entry SET sealed = json_set(sealed, '$.actor', 'x') WHERE id = 4",
      /entry \d+ does not have its own hash/,
    ],
    [
      'a lease',
      'UPDATE lease SET token = 0',
      /shows token 2 of this installation, and this ledger knows of none above 0/,
    ],
    [
      'news of an acceptance',
      "UPDATE outbox SET data = json_set(data, '$.author', 'mallory') WHERE data ->> '$.digest' IS NOT NULL",
      /^the outbox: position \d+ does not say what entry \d+ of chain main says/,
    ],
    [
      'news of a landing',
      "UPDATE outbox SET data = json_set(data, '$.commit', 'x') WHERE data ->> '$.state' = 'landed'",
      /^the outbox: position \d+ does not say what entry \d+ of chain main says/,
    ],
    [
      'news of a pause',
      "UPDATE outbox SET data = '{}' WHERE data ->> '$.reason' = 'a look'",
      /^the outbox: position \d+ does not say/,
    ],
    [
      'an order',
      'UPDATE outbox SET entry = entry + 1000 WHERE position = 3',
      /row 3 of table outbox has no row of table entry/,
    ],
    ['a schema', 'PRAGMA user_version = 7', /^it has schema 7; `ghost up` brings it to 8/],
    ['a newer schema', 'PRAGMA user_version = 99', /has schema 99; this Ghost knows up to 8/],
    [
      'an index',
      "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'patch_executed'",
      /integrity_check|never used/i,
    ],
  ];
  it('names every edit that was made in it', async (test) => {
    const line = await aLedger(test);
    for (const [what, sql, told] of edits) {
      const file = copyOf(line);
      const db = new DatabaseSync(file, { enableForeignKeyConstraints: false });
      (db as { enableDefensive?: (on: boolean) => void }).enableDefensive?.(false);
      db.exec(sql);
      db.close();
      const { ok, problems, advice } = await checked(line, file);
      assert.ok(!ok && problems.some((problem) => told.test(problem)), `${what}: ${problems.join('\n')}`);
      assert.ok((advice ?? '').length > 0);
    }
  });

  it('tells what it cannot open, and what to do', async (test) => {
    const line = await lineFor(test);
    const folder = temporaryFolder('ledger');
    const missing = await checked(line, join(folder, 'none.db'));
    assert.match(missing.problems.join(), /^there is no ledger at /);
    const torn = join(folder, 'torn.db');
    writeFileSync(torn, 'not a database at all, but long enough to be taken for one'.repeat(100), {
      mode: 0o644,
    });
    const report = await checked(line, torn);
    assert.match(report.problems.join('\n'), /mode 644[\s\S]*the file: .*not a database/);
    assert.match(report.advice ?? '', /Restore the newest backup[\s\S]*\.recover/);
  });

  it('checks what makes sense of a ledger in memory', async (test) => {
    const world = await openWorld();
    test.after(() => world.close());
    await world.token('viewer');
    const report = await checkContents(world.needs);
    assert.deepEqual([report.problems, report.counts.entries, report.counts.chains], [[], 1, 1]);
  });
});

const FLIPS = 60;
const SEED = 20_261_122;

describe('a ledger with damaged bytes', () => {
  it('is named as damaged, or its content is what it was; the check always ends with words', async (test) => {
    const line = await aLedger(test);
    const whole = copyOf(line);
    const bytes = readFileSync(whole);
    // Most of a small ledger is room that nothing reads.
    const used = [...bytes.keys()].filter((offset) => bytes[offset] !== 0);
    const expected = contentOf(whole);
    const next = seeded(SEED);
    const dice = (sides: number) => Math.floor(next() * sides);
    const seen = { named: 0, unopened: 0, harmless: 0 };
    for (let round = 0; round < FLIPS; round++) {
      const damaged = Buffer.from(bytes);
      const count = 1 + dice(8);
      const at = used[dice(used.length)] ?? 0;
      for (let flip = 0; flip < count; flip++) {
        const offset = Math.min(at + flip, bytes.length - 1);
        damaged[offset] = (damaged[offset] ?? 0) ^ (1 + dice(255));
      }
      const file = join(temporaryFolder('damaged'), 'ledger.db');
      writeFileSync(file, damaged, { mode: 0o600 });
      const report = await checked(line, file);
      if (report.ok) {
        assert.equal(contentOf(file), expected, `bytes ${at} to ${at + count} of seed ${SEED}`);
        seen.harmless += 1;
      } else if (report.counts === null) seen.unopened += 1;
      else seen.named += 1;
      assert.ok(report.ok || report.problems.every((problem) => problem.length > 10));
    }
    test.diagnostic(JSON.stringify({ seed: SEED, flips: FLIPS, bytes: bytes.length, ...seen }));
    assert.ok(seen.named > 20, JSON.stringify(seen));
  });

  it('is named where it was cut off', async (test) => {
    const line = await aLedger(test);
    const whole = copyOf(line);
    const { length } = readFileSync(whole);
    for (const share of [0, 0.2, 0.5, 0.9]) {
      const file = join(temporaryFolder('cut'), 'ledger.db');
      copyFileSync(whole, file);
      writeFileSync(file, readFileSync(whole).subarray(0, Math.floor(length * share)));
      const report = await checked(line, file);
      assert.equal(report.ok, false, `${share}`);
    }
  });
});

/** What a ledger says to whoever reads it: all tables that Ghost acts by. */
function contentOf(file: string): string {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = ['patch', 'patch_body', 'entry', 'chain_head', 'workspace', 'token'];
    const rows = tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all());
    return JSON.stringify([...rows, db.prepare('SELECT position, entry, data FROM outbox').all()]);
  } finally {
    db.close();
  }
}
