import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { openFleetingStore } from '../../../src/adapters/sqlite/fleeting/open.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { eventually } from '../../world/processes.ts';
import { type Child, startChild } from './child.ts';
import { scratchFile } from './scratch.ts';

const FLEETING = new URL('./children/fleeting.ts', import.meta.url);
const HOUR_MS = 3_600_000;

describe('several processes on one file of what may be lost', { timeout: 60_000 }, () => {
  it('make one file when they start at the same moment', async (t) => {
    const file = await scratchFile(t);
    const children = Array.from({ length: 4 }, () => startChild(t, FLEETING, file));
    for (const [n, child] of children.entries()) child.tell(`announce ${n} ${HOUR_MS}`);
    for (const child of children) assert.equal(await child.next(), 'announced');
    const listed = await opened(t, file).registry.list('runner');
    assert.deepEqual(
      listed.map(({ instance }) => instance),
      ['0', '1', '2', '3'],
    );
  });

  it('see each other, and one that was killed until its time is over', async (t) => {
    const file = await scratchFile(t);
    const child = startChild(t, FLEETING, file);
    const { registry } = opened(t, file);
    assert.equal(await ask(child, `announce killed ${HOUR_MS}`), 'announced');
    assert.equal(await ask(child, 'announce short 1000'), 'announced');
    await child.kill();
    await eventually('the silent one is gone', async () => {
      const names = (await registry.list('runner')).map(({ instance }) => instance);
      assert.ok(names.includes('killed'));
      return !names.includes('short');
    });
  });

  it('know the sessions that another one made, and that another one ended', async (t) => {
    const file = await scratchFile(t);
    const child = startChild(t, FLEETING, file);
    const { sessions } = opened(t, file);
    const id = await ask(child, 'signIn ada');
    assert.equal((await sessions.find(id))?.subject, 'ada');
    assert.equal(await ask(child, `find ${id}`), 'ada');
    assert.equal(await sessions.endAll('ada'), 1);
    assert.equal(await ask(child, `find ${id}`), 'nobody');
  });

  it('load a value once: who asks meanwhile is given what the other one brings', async (t) => {
    const file = await scratchFile(t);
    const child = startChild(t, FLEETING, file);
    assert.equal(await ask(child, 'load a'), 'loading');
    const mine = opened(t, file).cache.getOrLoad({ namespace: 'n', name: 'a' }, HOUR_MS, async () =>
      bytes('mine'),
    );
    assert.equal(await ask(child, 'theirs'), 'theirs');
    assert.equal(textOf(await mine), 'theirs');
  });

  it('load it themselves when the one that loads is killed', async (t) => {
    const file = await scratchFile(t);
    const child = startChild(t, FLEETING, file);
    assert.equal(await ask(child, 'load a'), 'loading');
    const { cache } = opened(t, file);
    const mine = cache.getOrLoad({ namespace: 'n', name: 'a' }, HOUR_MS, async () => bytes('mine'));
    await child.kill();
    assert.equal(textOf(await mine), 'mine');
    assert.equal(textOf(await cache.get({ namespace: 'n', name: 'a' })), 'mine');
  });
});

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (value: Uint8Array | null) => value && new TextDecoder().decode(value);

function opened(t: TestContext, file: string) {
  const store = openFleetingStore({ file, clock: systemClock });
  t.after(() => store.close());
  return store;
}

function ask(child: Child, line: string): Promise<string> {
  child.tell(line);
  return child.next();
}
