import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { submitPatch } from '../../src/app/submit-patch.ts';
import type { LedgerEvent } from '../../src/core/ledger/event.ts';
import { isOver } from '../../src/core/patch/patch.ts';
import { creating } from '../world/diffs.ts';
import { type EventReader, readEvents } from '../world/event-reader.ts';
import { aBareRepository } from '../world/git.ts';
import { type Installation, openInstallationFor } from '../world/installation.ts';
import { type Child, eventually, startProcess } from '../world/processes.ts';
import { authorToken, stopped } from '../world/service.ts';

/** A workspace `main` on a real repository, no process yet. What is started with `start` ends with the test, whatever happens. */
async function aScene(t: TestContext) {
  const installation = await openInstallationFor();
  const repository = aBareRepository();
  await addWorkspace(installation.needs, {
    ...{ name: 'main', repo: repository, branch: 'main', checks: [], actor: 'test', adopt: false },
  });
  const children: Child[] = [];
  t.after(async () => {
    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all(children.map(({ ended }) => ended));
    await installation.close();
    for (const folder of [installation.config.home.root, dirname(repository)])
      rmSync(folder, { recursive: true, force: true });
  });
  const start = async (module: string, settings: Readonly<Record<string, string>> = {}) => {
    const child = startProcess(module, { ...installation.settings, ...settings });
    children.push(child);
    const { url = '', port = 0 } = await child.ready;
    return { child, url: String(url), port: String(port) };
  };
  return { installation, token: await authorToken(installation), start };
}

/** Through the ledger, as an edge that is no gateway would. */
async function submitBeside({ needs }: Installation, name: string): Promise<void> {
  await submitPatch(needs, {
    ...{ workspace: 'main', body: Buffer.from(creating(name)), format: null, title: null, author: 'test' },
    ...{ origin: 'cli', idempotencyKey: null, force: false },
  });
}

/** When every patch is over, all that was ever written to the outbox. */
async function eventsAtRest({ needs }: Installation, patches: number): Promise<readonly LedgerEvent[]> {
  await eventually('the end of every patch', async () => {
    const all = await needs.ledger.list({ limit: 200 });
    const { lastLanded } = await needs.ledger.line('main');
    const followed = lastLanded?.state.name === 'landed' && lastLanded.state.worktree !== null;
    return all.length === patches && all.every(({ state }) => isOver(state)) && followed;
  });
  return needs.outbox.after(0, 10_000);
}

async function assertSeenOnce(reader: EventReader, expected: readonly LedgerEvent[]): Promise<void> {
  const last = expected.at(-1)?.position;
  await eventually('the last event', () => reader.seen.some(({ position }) => position === last));
  assert.deepEqual(
    reader.seen.map(({ position, type, subject }) => ({ position, type, subject })),
    expected.map(({ position, type, subject }) => ({ position, type, subject })),
  );
}

describe('a gateway and a runner over one ledger', { concurrency: 2 }, () => {
  it('a landing made by the runner process reaches a client of the gateway process', async (t) => {
    const { installation, token, start } = await aScene(t);
    const [{ url }] = await Promise.all([start('src/main/gateway.ts'), start('src/main/runner.ts')]);
    const after = await installation.needs.outbox.newest();
    const reader = readEvents({ url, token, after });
    t.after(() => reader.stop());
    const response = await fetch(`${url}/api/v1/patches`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'text/x-diff' },
      body: creating('one.txt'),
    });
    assert.equal(response.status, 202);
    const { id } = Object(await response.json());
    const landed = await eventually('the landing on the stream', () =>
      reader.seen.find(({ type, subject }) => type === 'patch.landed' && subject === id),
    );
    assert.match(landed.actor, /^runner\//);
    const of = (await eventsAtRest(installation, 1)).filter(({ position }) => position > after);
    await assertSeenOnce(reader, of);
  });

  it('a client of a gateway that dies by SIGKILL misses nothing and sees nothing twice after it is back', async (t) => {
    const { installation, token, start } = await aScene(t);
    const [first] = await Promise.all([start('src/main/gateway.ts'), start('src/main/runner.ts')]);
    const reader = readEvents({ url: first.url, token, after: 0 });
    t.after(() => reader.stop());
    await submitBeside(installation, 'before.txt');
    await eventually('the first landing', () => reader.seen.some(({ type }) => type === 'patch.landed'));

    const killedAt = reader.seen.at(-1)?.position ?? 0;
    await submitBeside(installation, 'under-way.txt');
    first.child.process.kill('SIGKILL');
    await first.child.ended;
    await submitBeside(installation, 'while-dead.txt');
    await eventually('a landing while no gateway runs', async () => {
      const landed = await installation.needs.ledger.list({ states: ['landed'], limit: 10 });
      return landed.length === 3;
    });
    assert.equal(reader.connections(), 1);

    const again = start('src/main/gateway.ts', { GHOST_GATEWAY_PORT: first.port });
    for (const name of ['starting-1.txt', 'starting-2.txt', 'starting-3.txt'])
      await submitBeside(installation, name);
    await again;
    await submitBeside(installation, 'after.txt');
    const expected = await eventsAtRest(installation, 7);
    assert.ok(
      (expected.at(-1)?.position ?? 0) > killedAt + 7,
      'most of it happened while no client was connected',
    );
    await assertSeenOnce(reader, expected);
    assert.equal(reader.connections(), 2);
  });
});

const KEYS = 200;
const UNDER_WAY = 32;

/** All of them, in order, with so many under way at any time. */
async function inTurns<T>(keys: readonly string[], act: (key: string) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async () => {
    for (let key = keys[next++]; key !== undefined; key = keys[next++]) results.push(await act(key));
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, work));
  return results;
}

interface Posted {
  readonly key: string;
  /** The receipt's patch, or null when the connection broke before there was one. */
  readonly id: string | null;
}

function post(url: string, token: string, key: string): Promise<Posted> {
  return fetch(`${url}/api/v1/patches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/x-diff', 'idempotency-key': key },
    body: creating(`${key}.txt`),
  })
    .then(async (response) => ({ key, id: response.ok ? String(Object(await response.json()).id) : null }))
    .catch(() => ({ key, id: null }));
}

describe('a gateway that dies by SIGKILL in the middle of submissions', () => {
  /** How many receipts are out when it dies; the rest of the keys are under way, in whatever state. */
  for (const receipts of [1, 20, 60]) {
    it(`after ${receipts} receipts has stored each of them, and a repeated submission makes no second patch`, async (t) => {
      const { installation, token, start } = await aScene(t);
      const { child, url, port } = await start('src/main/gateway.ts');
      const keys = Array.from({ length: KEYS }, (_, at) => `key-${at}`);
      let received = 0;
      const posted = await inTurns(keys, async (key) => {
        const outcome = await post(url, token, key);
        if (outcome.id !== null) received += 1;
        if (received === receipts) child.process.kill('SIGKILL');
        return outcome;
      });
      await child.ended;
      const told = posted.filter(({ id }) => id !== null);
      assert.ok(
        told.length >= receipts && told.length < keys.length,
        `${told.length} receipts of ${keys.length}`,
      );

      const stored = await installation.needs.ledger.list({ limit: 2 * KEYS });
      const byKey = new Map(stored.map(({ idempotencyKey, id }) => [idempotencyKey, id]));
      for (const { key, id } of told) assert.equal(byKey.get(key), id, `the receipt for ${key}`);
      t.diagnostic(`${told.length} receipts, ${stored.length - told.length} stored without one`);

      const back = await start('src/main/gateway.ts', { GHOST_GATEWAY_PORT: port });
      const repeated = await inTurns(keys, (key) => post(back.url, token, key));
      const after = await installation.needs.ledger.list({ limit: 2 * KEYS });
      assert.deepEqual(after.map(({ idempotencyKey }) => idempotencyKey).toSorted(), keys.toSorted());
      for (const { key, id } of repeated)
        assert.equal(
          id,
          byKey.get(key) ?? after.find(({ idempotencyKey }) => idempotencyKey === key)?.id,
          key,
        );
      await stopped(back.child);
    });
  }
});
