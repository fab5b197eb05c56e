import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { openFleetingStore } from '../../../src/adapters/sqlite/fleeting/open.ts';
import { bytes, textOf } from '../../conformance/cache-given.ts';
import { hasCode } from '../../conformance/given.ts';
import { handClock } from '../../conformance/hand-clock.ts';
import { scratchFile } from './scratch.ts';

const KEY = { namespace: 'n', name: 'a' };
const HOUR_MS = 3_600_000;
const LIMITS = { idleMs: HOUR_MS, mostMs: HOUR_MS };
const SAID = {
  ...{ component: 'runner', instance: '1', version: '1', pid: 1, host: 'here', address: null },
  ...{ startedAt: 1, details: null },
};

describe('the file of what may be lost', () => {
  it('is not made before something is asked of it, and nobody but its owner can read it', async (t) => {
    const file = await scratchFile(t);
    const { cache } = opened(t, file);
    await assert.rejects(stat(dirname(file)), { code: 'ENOENT' });
    await cache.set(KEY, bytes('x'), HOUR_MS);
    const names = await readdir(dirname(file));
    assert.equal((await stat(dirname(file))).mode & 0o777, 0o700);
    for (const name of names) assert.equal((await stat(join(dirname(file), name))).mode & 0o777, 0o600, name);
  });

  it('holds no id of a session', async (t) => {
    const file = await scratchFile(t);
    const store = opened(t, file);
    const { id } = await store.sessions.create({ subject: 'ada', role: 'operator' }, LIMITS);
    await store.sessions.find(id);
    await store.close();
    const written = await readFile(file, 'latin1');
    assert.ok(written.includes('ada'));
    assert.ok(!written.includes(id) && !written.includes(Buffer.from(id, 'base64url').toString('latin1')));
  });

  it('of a later version is left alone: the cache misses, the others say why', async (t) => {
    const file = await scratchFile(t);
    await makeFile(t, file);
    change(file, 'PRAGMA user_version = 99');
    await assertUseless(t, file, /schema 99/);
    change(file, 'SELECT * FROM cached');
  });

  it('of an earlier version is made anew', async (t) => {
    const file = await scratchFile(t);
    await makeFile(t, file);
    change(file, 'PRAGMA user_version = 0; DROP TABLE instance; CREATE TABLE instance (other TEXT)');
    const { cache, registry } = opened(t, file);
    await registry.announce(SAID, HOUR_MS);
    assert.equal(await cache.get(KEY), null);
  });

  it('that is none, or can be none, is a miss for the cache, and the others say why', async (t) => {
    const file = await scratchFile(t);
    await mkdir(dirname(file));
    await writeFile(file, 'this is a text, and longer than the header of a database would be'.repeat(20));
    await assertUseless(t, file, /not a database/);
    await assertUseless(t, join(file, 'cache.db'), /ENOTDIR|EEXIST|not a directory/);
  });

  it('that another process holds for good is read all the same, and waited for shortly', async (t) => {
    const file = await scratchFile(t);
    await makeFile(t, file);
    const { cache, registry } = opened(t, file);
    const holder = new DatabaseSync(file);
    t.after(() => holder.close());
    holder.exec('BEGIN IMMEDIATE');
    await cache.set(KEY, bytes('set'), HOUR_MS);
    assert.equal(textOf(await cache.get(KEY)), 'x');
    const other = { ...KEY, name: 'b' };
    assert.equal(textOf(await cache.getOrLoad(other, HOUR_MS, async () => bytes('loaded'))), 'loaded');
    await assert.rejects(registry.announce(SAID, HOUR_MS), hasCode('store_unavailable'));
    assert.deepEqual(await registry.list(null), []);
    holder.exec('ROLLBACK');
    await registry.announce(SAID, HOUR_MS);
    assert.equal((await registry.list(null)).length, 1);
  });

  it('is tried again after a while', async (t) => {
    const file = await scratchFile(t);
    await mkdir(file, { recursive: true });
    const clock = handClock();
    const store = openFleetingStore({ file, clock });
    t.after(() => store.close());
    await assert.rejects(store.registry.list(null), hasCode('store_unavailable'));
    await rmdir(file);
    await assert.rejects(store.registry.list(null), hasCode('store_unavailable'));
    clock.turn(5_000);
    assert.deepEqual(await store.registry.list(null), []);
  });

  it('keeps no value above a megabyte, and 64 of all of them', async (t) => {
    const file = await scratchFile(t);
    const { cache } = opened(t, file);
    await cache.set(KEY, new Uint8Array(1024 * 1024 + 1), HOUR_MS);
    assert.equal(await cache.get(KEY), null);
    const value = new Uint8Array(1024 * 1024);
    const nameOf = (n: number) => ({ namespace: 'n', name: `${n}` });
    for (let n = 0; n < 70; n++) await cache.set(nameOf(n), value, HOUR_MS + n);
    const found = [];
    for (let n = 0; n < 70; n++) if ((await cache.get(nameOf(n))) !== null) found.push(n);
    assert.ok(found.length < 64 && found.at(-1) === 69, `${found}`);
    assert.ok((await stat(file)).size < 80 * 1024 * 1024);
  });

  it('takes nothing after it was closed, and is closed twice without harm', async (t) => {
    const store = opened(t, await scratchFile(t));
    await store.registry.announce(SAID, HOUR_MS);
    await Promise.all([store.close(), store.close()]);
    await assert.rejects(store.registry.list(null), hasCode('store_unavailable'));
    assert.equal(await store.cache.get(KEY), null);
    const loaded = await store.cache.getOrLoad(KEY, HOUR_MS, async () => bytes('loaded'));
    assert.equal(textOf(loaded), 'loaded');
  });
});

function opened(t: TestContext, file: string) {
  const store = openFleetingStore({ file, clock: handClock() });
  t.after(() => store.close());
  return store;
}

async function makeFile(t: TestContext, file: string): Promise<void> {
  const store = opened(t, file);
  await store.cache.set(KEY, bytes('x'), HOUR_MS);
  await store.close();
}

async function assertUseless(t: TestContext, file: string, why: RegExp): Promise<void> {
  const { cache, registry, sessions } = opened(t, file);
  await cache.set(KEY, bytes('set'), HOUR_MS);
  await cache.invalidate(KEY);
  await cache.invalidateNamespace('n');
  assert.equal(await cache.get(KEY), null);
  assert.equal(textOf(await cache.getOrLoad(KEY, HOUR_MS, async () => bytes('loaded'))), 'loaded');
  await assert.rejects(registry.announce(SAID, HOUR_MS), why);
  await assert.rejects(registry.list(null), hasCode('store_unavailable'));
  await assert.rejects(sessions.find('x'), hasCode('store_unavailable'));
}

function change(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}
