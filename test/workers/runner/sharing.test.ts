import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LEASE_MS, manyLines } from './many-lines.ts';

const CHECK_MS = 1_000;

test('with one slot each line has its turn, however long the queue of another is', async (t) => {
  const world = await manyLines(t, { lines: 4, checkMs: CHECK_MS });
  const [long = '', ...short] = world.names;
  await world.submit(long, 20);
  for (const line of short) await world.submit(line, 1);
  await world.start('one', 1);
  await world.until('all have landed', world.allLanded, 120_000);

  const order = world.executions.map(({ line }) => line);
  assert.equal(order.length, 23);
  for (const line of short)
    assert.ok(order.indexOf(line) <= 7, `${line} waits for one turn of the long line`);
  for (const [index, { endedAt }] of world.executions.entries())
    assert.ok((world.executions[index + 1]?.startedAt ?? Number.POSITIVE_INFINITY) >= (endedAt ?? 0));
});

test('a runner has no more leases than slots, so that others take what it has none for', async (t) => {
  const world = await manyLines(t, { lines: 30, checkMs: CHECK_MS });
  for (const line of world.names) await world.submit(line, 2);
  const runners = ['one', 'two', 'three'];
  for (const name of runners) await world.start(name, 2);
  let most = 0;
  await world.until(
    'all have landed',
    async () => {
      const held = [...(await world.holders()).values()];
      for (const name of runners) most = Math.max(most, held.filter((holder) => holder === name).length);
      return world.allLanded();
    },
    120_000,
  );
  assert.equal(most, 2);
  assert.equal(world.executions.length, 60);
  for (const name of runners) {
    const own = world.executions.filter(({ runner }) => runner === name).length;
    assert.ok(own >= 12, `${name} executed ${own} of 60`);
  }
});

test('a runner that is added has its share of the busy lines within two turns, though the first has slots for all', async (t) => {
  const world = await manyLines(t, { lines: 8, checkMs: CHECK_MS });
  for (const line of world.names) await world.submit(line, 60);
  await world.start('first', 8);
  await world.until('the first has all', async () => (await world.holders()).size === 8, 10_000);
  await world.start('second', 8);
  const shareOf = async (name: string) =>
    [...(await world.holders()).values()].filter((holder) => holder === name).length;
  await world.until('each has four', async () => (await shareOf('second')) === 4, 20_000);
  assert.ok((await shareOf('first')) <= 4);
});

test('the lines of a dead runner are rescued once its leases lapse', async (t) => {
  const world = await manyLines(t, { lines: 6, checkMs: CHECK_MS });
  for (const line of world.names) await world.submit(line, 3);
  const dying = await world.start('dying', 2);
  await world.start('living', 2);
  await world.until('both work', async () => new Set((await world.holders()).values()).size === 2, 10_000);
  dying.die();
  const took = await world.until('all have landed', world.allLanded, LEASE_MS + 30_000);
  assert.ok(took > CHECK_MS);
  assert.equal(world.executions.filter(({ runner }) => runner === 'living').length >= 14, true);
});

test('a line at rest is given back, and a patch that comes finds a runner within a second', async (t) => {
  const world = await manyLines(t, { lines: 3, checkMs: CHECK_MS });
  await world.start('one', 1);
  await world.start('two', 1);
  await world.submit('line-01', 1);
  await world.until('it has landed', world.allLanded, 10_000);
  await world.until('nobody has a line', async () => (await world.holders()).size === 0, 10_000);
  await world.submit('line-02', 1);
  const before = world.executions.length;
  const took = await world.until('it is begun', () => world.executions.length > before, 5_000);
  assert.ok(took <= 1_000, `${took} ms`);
  await world.until('it has landed', world.allLanded, 10_000);
  const leases = (await world.needs.chains.entries('line-03', 0, 99)).filter(
    ({ type }) => type === 'lease.taken',
  );
  assert.equal(leases.length, 0, 'nobody takes what has no work');
});

test('a line that cannot be read while it waits keeps no other from its turn', async (t) => {
  const world = await manyLines(t, { lines: 3, checkMs: CHECK_MS });
  for (const line of world.names) await world.submit(line, 2);
  await world.start('one', 1);
  await world.until('one is executed', () => world.executions.length === 1, 5_000);
  const next = world.names.find((name) => name !== world.executions[0]?.line) ?? '';
  world.unreadable.add(next);
  const others = () => world.executions.filter(({ line, endedAt }) => line !== next && endedAt !== null);
  await world.until('the others have landed', () => others().length === 4, 12_000);
  world.unreadable.clear();
  await world.until('all have landed', world.allLanded, 40_000);
});

test('a runner that stops gives every lease back at once, and the next one goes on', async (t) => {
  const world = await manyLines(t, { lines: 4, checkMs: CHECK_MS });
  for (const line of world.names) await world.submit(line, 5);
  const first = await world.start('first', 4);
  await world.until('it has all', async () => (await world.holders()).size === 4, 10_000);
  let isStopped = false;
  void first.stop().then(() => {
    isStopped = true;
  });
  const took = await world.until('it has stopped', () => isStopped, 10_000);
  assert.ok(took <= 2 * CHECK_MS, 'the patches under way come to their end, and no others are begun');
  assert.equal((await world.holders()).size, 0);
  await world.start('next', 4);
  await world.until('it goes on', async () => (await world.holders()).size === 4, 3_000);
  await world.until('all have landed', world.allLanded, 60_000);
});
