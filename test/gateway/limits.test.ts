import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Router } from 'express';
import { type Served, serve } from './serve.ts';

const PATCHES = '/api/v1/patches';
const LIMIT = 512 * 1024;

async function exchange(
  { port }: Served,
  sent: string,
): Promise<{ head: string; problem: Record<string, unknown> }> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(sent);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { head, problem: JSON.parse(body) };
}

test('a body that comes too slowly is answered 408 in the envelope, with or without a token', async (t) => {
  const served = await serve(t, { settings: { requestTimeoutMs: 300 } });
  const token = await served.world.token('author');
  const slow = (headers: string) =>
    exchange(served, `POST ${PATCHES} HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: 100\r\n\r\n{"patch`);
  const known = await slow(`Content-Type: application/json\r\nAuthorization: Bearer ${token}\r\n`);
  assert.match(known.head, /^HTTP\/1\.1 408 /);
  assert.match(known.head, /content-type: application\/problem\+json/);
  assert.equal(known.problem.code, 'request_timeout');
  assert.equal(known.problem.status, 408);
  assert.ok(known.problem.hint);
});

test('headers above 16 KiB are answered 431 in the envelope, and nonsense 400', async (t) => {
  const served = await serve(t);
  const large = await exchange(served, `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'a'.repeat(20_000)}\r\n\r\n`);
  assert.match(large.head, /^HTTP\/1\.1 431 /);
  assert.equal(large.problem.code, 'header_too_large');
  const nonsense = await exchange(served, 'nonsense\r\n\r\n');
  assert.equal(nonsense.problem.code, 'request_malformed');
});

test('a body of 512 KiB is read and one byte more is answered 413', async (t) => {
  const { call, world } = await serve(t);
  const as = await world.token('author');
  const sending = (size: number) =>
    call('POST', PATCHES, { as, headers: { 'content-type': 'text/plain' }, body: Buffer.alloc(size, 'a') });
  assert.notEqual((await sending(LIMIT)).status, 413);
  const got = await sending(LIMIT + 1);
  assert.equal(got.status, 413);
  assert.equal(got.body.code, 'body_too_large');
  assert.match(got.body.message, /512 KiB/);
});

test('what inflates to more than the limit is answered 413, what does not inflate 400', async (t) => {
  const { call, world } = await serve(t);
  const headers = { 'content-type': 'text/plain', 'content-encoding': 'gzip' };
  const as = await world.token('author');
  const bomb = await call('POST', PATCHES, {
    as,
    headers,
    body: Uint8Array.from(gzipSync(Buffer.alloc(50 * LIMIT))),
  });
  assert.equal(bomb.status, 413);
  const broken = await call('POST', PATCHES, { as, headers, body: 'no gzip' });
  assert.equal(broken.status, 400);
  assert.equal(broken.body.code, 'body_unreadable');
  const unknown = await call('POST', PATCHES, {
    as,
    headers: { ...headers, 'content-encoding': 'x' },
    body: 'a',
  });
  assert.equal(unknown.status, 415);
});

test('a stranger is refused before the body is read', async (t) => {
  const served = await serve(t);
  const head = `POST ${PATCHES} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 500000\r\n\r\n`;
  const socket = connect(served.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(head);
  const [answer] = await once(socket, 'data');
  assert.match(String(answer), /^HTTP\/1\.1 401 /);
  socket.destroy();
});

test('JSON that is none is answered 400 without repeating it', async (t) => {
  const { call, world } = await serve(t);
  const as = await world.token('author');
  const headers = { 'content-type': 'application/json' };
  for (const [body, problem] of [
    ['{"patch": sesame}', 'it is no valid JSON'],
    ['{"patch": "sesame', 'it is no valid JSON at position 17'],
    ['', 'the JSON ends too early'],
    [Uint8Array.from([0x22, 0xff, 0x22]), 'it is not UTF-8'],
  ] as const) {
    const got = await call('POST', PATCHES, { as, headers, body });
    assert.equal(got.status, 400);
    assert.equal(got.body.code, 'body_unreadable');
    assert.equal(got.body.message, `The request body cannot be read: ${problem}.`);
  }
});

test('a type that no patch comes in is answered 415', async (t) => {
  const { call, world } = await serve(t);
  const as = await world.token('author');
  for (const type of ['text/html', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16']) {
    const got = await call('POST', PATCHES, { as, headers: { 'content-type': type }, body: '{}' });
    assert.equal(got.status, 415, type);
    assert.equal(got.body.code, 'content_type_unknown');
    assert.ok(got.body.message.includes(type));
  }
});

test('a handler that never answers is answered for, 503 with Retry-After', async (t) => {
  const silent = Router().all('/silent', () => undefined);
  const mounts = [{ path: '/', router: silent }];
  const { call } = await serve(t, { mounts, settings: { requestTimeoutMs: 100 } });
  for (const [method, body] of [
    ['GET', undefined],
    ['POST', 'some body'],
  ] as const) {
    const got = await call(method, '/silent', body === undefined ? {} : { body });
    assert.equal(got.status, 503);
    assert.equal(got.body.code, 'answer_late');
    assert.equal(got.headers.get('retry-after'), '5');
  }
});

test('a handler that answers too late does no harm', async (t) => {
  const answered = Promise.withResolvers<void>();
  const late = Router().get('/late', async (_request, response) => {
    await answered.promise;
    response.json({ late: true });
  });
  const { call, log } = await serve(t, {
    mounts: [{ path: '/', router: late }],
    settings: { requestTimeoutMs: 50 },
  });
  assert.equal((await call('GET', '/late')).status, 503);
  answered.resolve();
  assert.equal((await call('GET', '/healthz')).status, 200);
  assert.equal(log.filter(({ message }) => message === 'request').length, 2);
});
