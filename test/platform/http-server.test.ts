import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import {
  closingSignal,
  type ListenOptions,
  listen,
  PortInUse,
  type RunningServer,
} from '../../src/platform/http-server.ts';

const OPTIONS: ListenOptions = {
  host: '127.0.0.1',
  port: 0,
  requestTimeoutMs: 400,
  headersTimeoutMs: 400,
  maxHeaderSize: 4096,
  onClientError: (error) => ({
    status: error.kind === 'timeout' ? 408 : error.kind === 'header-too-large' ? 431 : 400,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(error),
  }),
};

async function serving(t: TestContext, app: RequestListener): Promise<RunningServer> {
  const server = await listen(app, OPTIONS);
  t.after(() => server.close(0));
  return server;
}

async function dial(server: RunningServer): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

async function exchange(server: RunningServer, sent: string): Promise<{ head: string; body: unknown }> {
  const socket = await dial(server);
  socket.write(sent);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { head, body: JSON.parse(body) };
}

const readAll: RequestListener = (request, response) => {
  request.resume().on('end', () => response.end('done'));
};

test('it says where it listens, and a taken port is a typed error', async (t) => {
  const server = await serving(t, readAll);
  assert.equal(server.url, `http://127.0.0.1:${server.port}`);
  assert.equal(await (await fetch(server.url)).text(), 'done');
  await assert.rejects(listen(readAll, { ...OPTIONS, port: server.port }), (error) => {
    assert.ok(error instanceof PortInUse);
    assert.deepEqual([error.host, error.port], ['127.0.0.1', server.port]);
    return true;
  });
});

test('a body that does not come is answered 408 in our words', async (t) => {
  const server = await serving(t, readAll);
  const sent = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf';
  const { head, body } = await exchange(server, sent);
  assert.match(head, /^HTTP\/1\.1 408 Request Timeout\r\n/);
  assert.match(head, /content-type: application\/json/);
  assert.deepEqual(body, { kind: 'timeout', limitMs: 400 });
});

test('headers that do not end are answered 408 as well', async (t) => {
  const server = await serving(t, readAll);
  const { body } = await exchange(server, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  assert.deepEqual(body, { kind: 'timeout', limitMs: 400 });
});

test('headers that are too large are answered 431, and what is no HTTP 400', async (t) => {
  const server = await serving(t, readAll);
  const large = await exchange(server, `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'a'.repeat(8000)}\r\n\r\n`);
  assert.match(large.head, /^HTTP\/1\.1 431 /);
  assert.deepEqual(large.body, { kind: 'header-too-large' });
  const nonsense = await exchange(server, 'nonsense\r\n\r\n');
  assert.match(nonsense.head, /^HTTP\/1\.1 400 /);
});

test('a request without Host is answered in our words, not by a bare 400', async (t) => {
  const server = await serving(t, readAll);
  const { head, body } = await exchange(server, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n');
  assert.match(head, /^HTTP\/1\.1 400 /);
  assert.deepEqual(body, { kind: 'malformed', problem: 'no Host header' });
});

test('closing lets a request finish, ends idle connections and takes no new one', async (t) => {
  const asked = Promise.withResolvers<() => void>();
  const server = await serving(t, (request, response) => {
    if (request.url === '/slow') asked.resolve(() => response.end('finished'));
    else response.end('quick');
  });
  const idle = await dial(server);
  idle.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(idle, 'data');
  const slow = fetch(`${server.url}/slow`);
  const finish = await asked.promise;
  const idleEnded = once(idle.resume(), 'close');
  const closed = server.close(10_000);
  await idleEnded;
  await assert.rejects(fetch(server.url));
  finish();
  assert.equal(await (await slow).text(), 'finished');
  await closed;
});

test('a stream is told that the server closes', async (t) => {
  const server = await serving(t, (request, response) => {
    response.write('first');
    closingSignal(request).addEventListener('abort', () => response.end(' last'));
  });
  const response = await fetch(server.url);
  const [, body] = await Promise.all([server.close(10_000), response.text()]);
  assert.equal(body, 'first last');
});

test('what does not finish within the grace is cut, and closing twice is fine', async (t) => {
  const server = await serving(t, (_request, response) => void response.write('for ever'));
  const response = await fetch(server.url);
  const cut = assert.rejects(response.text());
  await Promise.all([server.close(20), server.close(20), cut]);
});
