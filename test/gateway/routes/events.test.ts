import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cancelPatch } from '../../../src/app/cancel-patch.ts';
import { submitPatch } from '../../../src/app/submit-patch.ts';
import { creating } from '../../world/diffs.ts';
import { openWorld, type World } from '../../world/needs.ts';
import { type Served, serve } from '../serve.ts';

interface StreamedEvent {
  readonly id: number;
  readonly event: string;
  readonly data: { readonly position: number; readonly type: string; readonly subject: string };
}

/** Reads a stream frame by frame; comments and fields without data are kept apart. */
class Stream {
  readonly comments: string[] = [];
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = '';

  constructor(response: Response) {
    assert.ok(response.body);
    this.response = response;
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event, or null at the end of the stream. */
  async next(): Promise<StreamedEvent | null> {
    for (;;) {
      const frame = await this.frame();
      if (frame === null) return null;
      const fields = Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/s, 2)));
      if (fields.data !== undefined)
        return { id: Number(fields.id), event: fields.event ?? '', data: JSON.parse(fields.data) };
    }
  }

  /** The next frame as text. */
  async frame(): Promise<string | null> {
    for (;;) {
      const [frame = '', ...rest] = this.#text.split('\n\n');
      if (rest.length > 0) {
        this.#text = rest.join('\n\n');
        return frame;
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#text += value;
    }
  }

  async take(count: number): Promise<StreamedEvent[]> {
    const events: StreamedEvent[] = [];
    while (events.length < count) {
      const event = await this.next();
      assert.ok(event, `the stream ended after ${events.length} of ${count} events`);
      events.push(event);
    }
    return events;
  }

  async leave(): Promise<void> {
    await this.#reader.cancel();
  }
}

/** One token for all of a test's streams: issuing one is an event too. */
interface Followed extends Served {
  readonly token: string;
}

async function follow(served: Followed, query = '', headers: Record<string, string> = {}): Promise<Stream> {
  const authorization = `Bearer ${served.token}`;
  return new Stream(
    await fetch(`${served.url}/api/v1/events${query}`, { headers: { ...headers, authorization } }),
  );
}

async function submit({ needs }: World, path: string, workspace = 'alpha'): Promise<string> {
  const receipt = await submitPatch(needs, {
    workspace,
    body: Buffer.from(creating(path)),
    format: null,
    title: null,
    author: 'ada',
    origin: 'http',
    idempotencyKey: null,
    force: false,
  });
  return receipt.patch.id;
}

async function servedWith(t: Parameters<typeof serve>[0], settings = {}): Promise<Followed> {
  const world = await openWorld();
  await world.workspace('alpha');
  await world.workspace('beta');
  return { ...(await serve(t, { world, settings })), token: await world.token('viewer') };
}

test('a stream says what happens from its beginning on, and how soon to come back', async (t) => {
  const served = await servedWith(t);
  await submit(served.world, 'before');
  const stream = await follow(served);
  assert.equal(stream.response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  assert.equal(await stream.frame(), 'retry: 2000');
  const id = await submit(served.world, 'after');
  const [event] = await stream.take(1);
  assert.equal(event?.event, 'patch.accepted');
  assert.equal(event?.data.subject, id);
  assert.equal(event?.id, event?.data.position);
  await stream.leave();
});

test('after=0 begins at the very beginning', async (t) => {
  const served = await servedWith(t);
  await submit(served.world, 'a');
  const stream = await follow(served, '?after=0');
  const newest = await served.world.needs.outbox.newest();
  const events = await stream.take(newest);
  assert.deepEqual(
    events.map(({ id }) => id),
    Array.from({ length: newest }, (_, n) => n + 1),
  );
  await stream.leave();
});

test('a reader that comes back with Last-Event-ID loses nothing and sees nothing twice', async (t) => {
  const served = await servedWith(t);
  const start = await served.world.needs.outbox.newest();
  const seen: StreamedEvent[] = [];
  const submitted: string[] = [];
  let last = `${start}`;
  for (let round = 0; round < 5; round++) {
    const stream = await follow(served, '?after=0', { 'last-event-id': last });
    const half = submitOf(served.world, `${round}-during`, submitted);
    seen.push(...(await stream.take(round === 0 ? 1 : 3)));
    await half;
    await stream.leave();
    last = `${seen.at(-1)?.id}`;
    await submitOf(served.world, `${round}-between`, submitted);
    await submitOf(served.world, `${round}-between-too`, submitted);
  }
  const stream = await follow(served, '', { 'last-event-id': last });
  seen.push(...(await stream.take((await served.world.needs.outbox.newest()) - Number(last))));
  await stream.leave();
  assert.deepEqual(
    seen.map(({ id }) => id),
    seen.map((_, n) => start + 1 + n),
  );
  assert.deepEqual(
    seen.map(({ data }) => data.subject),
    submitted,
  );
});

async function submitOf(world: World, path: string, submitted: string[]): Promise<void> {
  submitted.push(await submit(world, path));
}

test('a stream is narrowed to a patch or a workspace, and refuses one that is not there', async (t) => {
  const served = await servedWith(t);
  const first = await submit(served.world, 'a');
  const other = await submit(served.world, 'b', 'beta');
  await cancelPatch(served.world.needs, { id: first, actor: 'ada', role: 'admin' });
  const ofPatch = await follow(served, `?after=0&patch=${first}`);
  assert.deepEqual(
    (await ofPatch.take(2)).map(({ event }) => event),
    ['patch.accepted', 'patch.cancelled'],
  );
  await ofPatch.leave();
  const ofWorkspace = await follow(served, '?after=0&workspace=beta');
  const events = await ofWorkspace.take(2);
  assert.deepEqual(
    events.map(({ event }) => event),
    ['workspace.added', 'patch.accepted'],
  );
  assert.equal(events[1]?.data.subject, other);
  await ofWorkspace.leave();
  const { token: as } = served;
  assert.equal((await served.call('GET', '/api/v1/events?patch=p_1', { as })).body.code, 'patch_unknown');
  assert.equal(
    (await served.call('GET', '/api/v1/events?workspace=x', { as })).body.code,
    'workspace_unknown',
  );
});

test('a position that is none is refused by its name', async (t) => {
  const served = await servedWith(t);
  const { token: as } = served;
  const header = await served.call('GET', '/api/v1/events', { as, headers: { 'last-event-id': 'x' } });
  assert.match(header.body.message, /^headers\.Last-Event-ID: /);
  const query = await served.call('GET', '/api/v1/events?after=-1', { as });
  assert.match(query.body.message, /^query\.after: /);
});

test('a silent stream says now and then that it is alive', async (t) => {
  const served = await servedWith(t, { streamHeartbeatMs: 10 });
  const stream = await follow(served);
  assert.deepEqual(
    [await stream.frame(), await stream.frame(), await stream.frame()],
    ['retry: 2000', ': alive', ': alive'],
  );
  await stream.leave();
});

test('a stream outlives the time that a first byte may take, and counts once', async (t) => {
  const served = await servedWith(t, {
    requestTimeoutMs: 50,
    streamHeartbeatMs: 40,
    rateLimit: { limit: 1, windowMs: 60_000 },
  });
  const stream = await follow(served);
  for (let beats = 0; beats < 6; beats++) await stream.frame();
  await submit(served.world, 'late');
  assert.equal((await stream.take(1)).length, 1);
  await stream.leave();
});

test('streams end cleanly when the server closes, and when their time is over', async (t) => {
  const served = await servedWith(t);
  const stream = await follow(served, '?after=0');
  await stream.take(await served.world.needs.outbox.newest());
  const [end] = await Promise.all([stream.next(), served.close(10_000)]);
  assert.equal(end, null);

  const short = await servedWith(t, { streamLimitMs: 30 });
  assert.equal(await (await follow(short)).next(), null);
});

test('a slow reader gets every event in order', async (t) => {
  const served = await servedWith(t);
  const note = 'x'.repeat(20_000);
  const before = await served.world.needs.outbox.newest();
  for (let n = 0; n < 200; n++)
    await served.world.needs.chains.append({
      chain: 'system',
      at: n,
      actor: 'test',
      type: 'test.noted',
      subject: `${n}`,
      data: { note },
    });
  const stream = await follow(served, `?after=${before}`);
  const events = await stream.take(200);
  assert.deepEqual(
    events.map(({ data }) => data.subject),
    Array.from({ length: 200 }, (_, n) => `${n}`),
  );
  await stream.leave();
});

test('a client has a number of streams, another client its own, and a stream that ends makes room', async (t) => {
  const served = await servedWith(t, { streamsPerClient: 2 });
  const streams = [await follow(served), await follow(served)];
  const refused = await served.call('GET', '/api/v1/events', { as: served.token });
  assert.deepEqual([refused.status, refused.body.code], [429, 'rate_limited']);
  const other = await served.world.token('viewer', 'somebody-else');
  assert.equal((await served.call('HEAD', '/api/v1/events', { as: other })).status, 200);
  await streams[0]?.leave();
  const again = await untilServed(() => served.call('HEAD', '/api/v1/events', { as: served.token }));
  assert.equal(again.status, 200);
  await streams[1]?.leave();
});

test('HEAD tells the type and ends', async (t) => {
  const served = await servedWith(t);
  const head = await served.call('HEAD', '/api/v1/events', { as: served.token });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('content-type'), 'text/event-stream; charset=utf-8');
});

/** The server learns of a reader who left when the connection tells it. */
async function untilServed<T extends { readonly status: number }>(ask: () => Promise<T>): Promise<T> {
  for (let left = 200; ; left -= 1) {
    const got = await ask();
    if (got.status !== 429 || left === 0) return got;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
