import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cancelPatch } from '../../../src/app/cancel-patch.ts';
import { submitPatch } from '../../../src/app/submit-patch.ts';
import { readEventStream } from '../../../src/cli/event-stream.ts';
import type { FencingToken } from '../../../src/core/lease/lease.ts';
import type { PatchId } from '../../../src/core/patch/id.ts';
import { creating } from '../../world/diffs.ts';
import { openWorld, type World } from '../../world/needs.ts';
import { type Served, serve } from '../serve.ts';

async function aPatch({ needs }: World): Promise<PatchId> {
  const { patch } = await submitPatch(needs, {
    ...{ workspace: 'alpha', body: Buffer.from(creating('a')), format: null, title: null, author: 'test' },
    ...{ origin: 'http', idempotencyKey: null, force: false },
  });
  return patch.id;
}

function begin({ needs }: World, patch: PatchId, check: string) {
  const start = { patch, check, source: 'workspace', tree: 'patch', startedAt: 1000 } as const;
  return needs.runLogs.begin({ ...start, token: 1 as FencingToken }, 1000);
}

async function aScene(t: Parameters<typeof serve>[0], settings = {}) {
  const world = await openWorld();
  await world.workspace('alpha');
  const served = await serve(t, { world, settings });
  return { ...served, world, id: await aPatch(world), token: await world.token('viewer') };
}

/** All events up to the end of the stream, or `most` of them. */
async function read(
  { url, token, id }: Served & { token: string; id: string },
  last: string | null,
  most = 1000,
) {
  const headers = { authorization: `Bearer ${token}`, ...(last === null ? {} : { 'last-event-id': last }) };
  const response = await fetch(`${url}/api/v1/patches/${id}/log/stream`, { headers });
  assert.equal(response.status, 200, await (response.ok ? '' : response.text()));
  const events: { id: string; event: string; data: Record<string, unknown> }[] = [];
  assert.ok(response.body);
  for await (const { id: place, event, data } of readEventStream(response.body)) {
    events.push({ id: place, event, data: JSON.parse(data) });
    if (events.length === most) break;
  }
  return events;
}

test('a stream goes on behind any of its events, with what runs side by side', async (t) => {
  const scene = await aScene(t);
  const [one, other] = [
    await begin(scene.world, scene.id, 'one'),
    await begin(scene.world, scene.id, 'other'),
  ];
  one.write(Buffer.from('first\n'), 1);
  other.write(Buffer.from([0xff, 0x0a]), 2);
  one.write(Buffer.from('second\n'), 3);
  await one.end();
  await cancelPatch(scene.world.needs, { id: scene.id, actor: 'test', role: 'admin' });
  const all = await read(scene, null);
  assert.deepEqual(
    all.map(({ event, data }) => [event, data.run, data.text ?? data.base64 ?? data.ending ?? data.state]),
    [
      ['begun', 1, undefined],
      ['printed', 1, 'first\n'],
      ['printed', 1, 'second\n'],
      ['ended', 1, 'whole'],
      ['begun', 2, undefined],
      ['printed', 2, '/wo='],
      ['ended', 2, 'cut-off'],
      ['current', undefined, undefined],
      ['over', undefined, 'cancelled'],
    ],
  );
  assert.deepEqual(all[1]?.data.at, '1970-01-01T00:00:00.001Z');
  for (const [at, { id, event }] of all.entries()) {
    const rest = await read(scene, id);
    const expected = all.slice(at + 1).filter((one) => one.event !== 'current');
    if (event !== 'over')
      assert.deepEqual(
        rest.filter((one) => one.event !== 'current'),
        expected,
        `behind ${id}`,
      );
  }
});

test('the log tells the end of each output, or a part of it, and of runs without a verdict', async (t) => {
  const scene = await aScene(t);
  const path = `/api/v1/patches/${scene.id}/log`;
  assert.equal((await scene.call('GET', path, { as: scene.token })).status, 404);
  const writer = await begin(scene.world, scene.id, 'one');
  writer.write(Buffer.from('0123456789'), 1);
  const get = async (query: string) => (await scene.call('GET', `${path}${query}`, { as: scene.token })).body;
  const { open, checks } = await get('?tail=4');
  assert.deepEqual(
    [open[0].output, open[0].from, open[0].total, open[0].state, checks],
    ['6789', 6, 10, 'cut-off', []],
  );
  assert.equal((await get('?from=2&bytes=3')).open[0].output, '234');
  assert.deepEqual((await get('?check=other')).open, []);
  for (const wrong of ['?tail=1&from=2', '?tail=x', '?bytes=-1'])
    assert.equal((await scene.call('GET', `${path}${wrong}`, { as: scene.token })).status, 400, wrong);
});

test('a place that is none is refused, as is a patch that is not there; a stream counts as any other', async (t) => {
  const scene = await aScene(t, { streamsPerClient: 1 });
  const path = `/api/v1/patches/${scene.id}/log/stream`;
  const wrong = await scene.call('GET', path, { as: scene.token, headers: { 'last-event-id': 'x' } });
  assert.equal(wrong.status, 400);
  assert.equal((await scene.call('GET', path.replace(scene.id, 'p_none'), { as: scene.token })).status, 404);
  const headers = { authorization: `Bearer ${scene.token}` };
  const open = await fetch(`${scene.url}/api/v1/events`, { headers });
  assert.equal((await scene.call('GET', path, { as: scene.token })).status, 429);
  await open.body?.cancel();
});
