import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { type } from './host.ts';

const ID = 'p_01JD0000000000000000000000';

/** A service whose streams behave as told, one behaviour for each connection. */
async function scripted(t: TestContext, streams: readonly ((response: ServerResponse) => void)[]) {
  const resumedAfter: (string | undefined)[] = [];
  const queue = [...streams];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.startsWith('/api/v1/events')) {
      return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(VIEW));
    }
    resumedAfter.push(request.headers['last-event-id']?.toString());
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    queue.shift()?.(response);
  };
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    resumedAfter,
  };
}

function event(position: number, name: string, data: object = {}): string {
  const body = {
    position,
    type: `patch.${name}`,
    at: 1_795_341_600_000,
    workspace: 'main',
    subject: ID,
    actor: 'a',
    data,
  };
  return `id: ${position}\nevent: patch.${name}\ndata: ${JSON.stringify(body)}\n\n`;
}

const VIEW = {
  id: ID,
  workspace: 'main',
  title: 'T',
  author: 'a',
  origin: 'http',
  acceptedAt: '2026-11-22T10:00:00.000Z',
  state: 'landed',
  faults: [],
  heldPaths: [],
  notes: [],
  repeated: false,
  rest: [],
  series: null,
  reason: null,
  detail: null,
  notBefore: null,
  base: null,
  commit: 'c0ffee',
  landingSeq: 1,
  worktree: null,
  lineage: null,
};

describe('waiting for a patch', () => {
  it('goes on after the last event that it saw when the service breaks the stream', async (t) => {
    const { url, resumedAfter } = await scripted(t, [
      (response) => response.end(event(3, 'accepted') + event(5, 'claimed', { base: 'abc' })),
      (response) => response.write(event(8, 'checked', { verdicts: [] }), () => response.destroy()),
      (response) =>
        void response.write(
          event(9, 'landed', { commit: 'c0ffee' }) + event(10, 'followed', { worktree: 'followed' }),
        ),
    ]);
    const { exit, stdout, stderr } = await type({ url, stdin: 'x' }, 'submit', '-', '--wait', '--json');
    assert.equal(exit, 0);
    assert.deepEqual(resumedAfter, ['0', '5', '8']);
    assert.equal(JSON.parse(stdout).commit, 'c0ffee');
    for (const said of ['accepted', 'claimed on abc', 'landed as c0ffee'])
      assert.ok(stderr.includes(said), stderr);
    assert.equal(stderr.match(/claimed/g)?.length, 1, 'nothing is told twice');
  });

  it('tells when a patch in its cooldown will run', async (t) => {
    const notBefore = Date.parse('2026-11-22T10:00:42Z');
    const { url } = await scripted(t, [
      (response) =>
        response.end(
          event(1, 'deferred', { notBefore }) + event(2, 'landed', { commit: 'c' }) + event(3, 'followed'),
        ),
    ]);
    const { stderr } = await type({ url, stdin: 'x' }, 'submit', '-', '--wait');
    assert.match(stderr, /deferred: runs at 10:00:42 UTC/);
  });

  it('does not try again where trying is of no use', async (t) => {
    const { url, resumedAfter } = await scripted(t, [
      (response) => response.end('data: {"not json\n\n'),
      (response) => response.end(event(1, 'landed') + event(2, 'followed')),
    ]);
    const { exit, stdout } = await type({ url, stdin: 'x' }, 'submit', '-', '--wait');
    assert.deepEqual([exit, stdout, resumedAfter.length], [1, '', 1]);
  });
});
