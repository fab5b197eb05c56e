import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { openRedis, type RedisConnection, type RedisStatus } from '../../../src/adapters/redis/connection.ts';
import { GhostError } from '../../../src/core/errors.ts';
import { secret } from '../../../src/platform/secret.ts';
import { temporaryFolder } from '../../world/git.ts';
import { eventually } from '../../world/processes.ts';
import { startProxy } from '../../world/proxy.ts';
import { REDIS_MISSING, startRedis } from '../../world/servers/redis.ts';
import { freePort } from '../../world/servers/server.ts';
import { closedPort, hangingPort } from '../store-servers.ts';

const PASSWORD = 'correct horse/battery@staple';
const OPENSSL = spawnSync('openssl', ['version']).status === 0;

describe('a connection to Redis', { skip: REDIS_MISSING, timeout: 60_000 }, () => {
  it('fails at once while the server is gone, and comes back by itself', async (t) => {
    const server = await startRedis();
    t.after(() => server.close());
    const { connection, told } = opened(t, server.url);
    assert.equal(await ping(connection), 'PONG');
    await server.kill();
    await eventually('it is gone', () => connection.status.kind === 'gone');
    assert.match(await problem(connection), /nobody listens there|the connection was (?:lost|reset)/);
    await server.restart();
    await eventually('it is back', () => connection.status.kind === 'ready');
    assert.equal(await ping(connection), 'PONG');
    assert.deepEqual([told[0]?.kind, told.at(-1)?.kind], ['ready', 'ready']);
    assert.ok(told.some(({ kind }) => kind === 'gone'));
  });

  it('gives up a line on which nothing comes back, and what was sent on it is sent by nobody again', async (t) => {
    const server = await startRedis();
    t.after(() => server.close());
    const proxy = await startProxy(server.port);
    t.after(() => proxy.close());
    const { connection } = opened(t, `redis://127.0.0.1:${proxy.port}`);
    await ping(connection);
    proxy.weather({ kind: 'deaf' });
    await assert.rejects(
      connection.ask((redis) => redis.incr('n')),
      /no answer in time/,
    );
    proxy.weather({ kind: 'fair' });
    const got = await eventually('it is back', () =>
      connection.ask((redis) => redis.get('n')).catch(() => null),
    );
    assert.equal(got, '1');
  });

  it('waits for its first connection, and not for one that fails', async (t) => {
    const port = await freePort();
    const { connection } = opened(t, `redis://127.0.0.1:${port}`);
    assert.match(await problem(connection), /nobody listens there \(ECONNREFUSED\)/);
    const server = await startRedis({}, port);
    t.after(() => server.close());
    await eventually('it is there', () => connection.status.kind === 'ready');
  });

  it('says what a server wants, and nothing of what is secret', async (t) => {
    const server = await startRedis({ requirepass: PASSWORD });
    t.after(() => server.close());
    const at = `127.0.0.1:${server.port}`;
    const right = encodeURIComponent(PASSWORD);
    assert.equal(await ping(opened(t, `redis://:${right}@${at}/3`).connection), 'PONG');
    for (const [url, words] of [
      [`redis://${at}`, /asks for a password, and GHOST_REDIS_URL has none \(NOAUTH\)/],
      [`redis://:wrong${right}@${at}`, /does not know the user or the password .*\(WRONGPASS\)/],
      [`redis://:horse%zz@${at}`, /does not know the user or the password .*\(WRONGPASS\)/],
      [`redis://nobody:${right}@${at}`, /does not know the user or the password .*\(WRONGPASS\)/],
      [`redis://:${right}@127.0.0.1:${await closedPort(t)}`, /ECONNREFUSED/],
      [`redis://:${right}@127.0.0.1:${await hangingPort(t)}`, /it is silent, or reading its data|no answer/],
    ] as const) {
      const { connection } = opened(t, url);
      const error = await failure(connection);
      assert.match(error.message, words);
      for (const one of [error, connection, connection.status])
        assert.doesNotMatch(inspect(one, { depth: 9 }), /horse|staple/, url);
    }
  });

  it('says that a server takes no writes, and why', async (t) => {
    const server = await startRedis({ maxmemory: '1', 'min-replicas-to-write': '0' });
    const primary = await startRedis();
    t.after(() => Promise.all([server.close(), primary.close()]));
    const { connection } = opened(t, server.url);
    const write = () => connection.ask((redis) => redis.set('a', 'x'));
    await assert.rejects(write, /its memory is full \(OOM\)/);
    await connection.ask((redis) => redis.config('SET', 'maxmemory', '0'));
    await connection.ask((redis) => redis.replicaof('127.0.0.1', primary.port));
    await assert.rejects(write, /replica that takes no writes \(READONLY\)/);
    await connection.ask((redis) => redis.replicaof('NO', 'ONE')).catch(() => undefined);
    await eventually('it is a primary again', () =>
      connection
        .ask((redis) => redis.replicaof('NO', 'ONE'))
        .then(write)
        .catch(() => null),
    );
  });

  it('says that a certificate is not to be trusted, or that one end alone speaks TLS', async (t) => {
    if (!OPENSSL) return t.skip('NOT tested: apt-get install openssl');
    const { settings, port } = await tlsSettings();
    const server = await startRedis(settings);
    t.after(() => server.close());
    assert.match(await problem(opened(t, `rediss://127.0.0.1:${port}`).connection), /not to be trusted/);
    assert.match(await problem(opened(t, `redis://127.0.0.1:${port}`).connection), /want TLS|was lost/);
    const { connection } = opened(t, `rediss://127.0.0.1:${server.port}`);
    assert.match(await problem(connection), /does it speak TLS|does not speak TLS/);
  });

  it('has keys of its installation, which no text of a part can leave', async (t) => {
    const { connection } = opened(t, 'redis://127.0.0.1:1');
    assert.equal(connection.key('cache', 'p_01', 'a-b.c'), 'ghost:here:cache:p_01:a-b.c');
    const parts = ['a', 'a:b', ':', '*', 'ä', 'a%003ab', '', '\ud800', '\ud801', '{a}'];
    const keys = parts.flatMap((one) => parts.map((other) => connection.key(one, other)));
    assert.equal(new Set(keys).size, keys.length);
    for (const key of keys) assert.match(key, /^ghost:here(?::[\w.%-]*){2}$/);
  });

  it('finishes what was asked, and takes nothing after it was closed', async (t) => {
    const server = await startRedis();
    t.after(() => server.close());
    const { connection } = opened(t, server.url);
    await ping(connection);
    const asked = connection.ask((redis) => redis.incr('n'));
    await Promise.all([connection.close(), connection.close()]);
    assert.equal(await asked, 1);
    assert.match(await problem(connection), /it was closed/);
  });
});

function opened(t: TestContext, url: string) {
  const connection = openRedis({ url: secret(url), installation: 'here', name: 'test' });
  const told: RedisStatus[] = [];
  connection.onStatus((status) => told.push(status));
  t.after(() => connection.close());
  return { connection, told };
}

function ping(connection: RedisConnection): Promise<string> {
  return connection.ask((redis) => redis.ping());
}

async function failure(connection: RedisConnection): Promise<GhostError> {
  const error = await ping(connection).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof GhostError && error.code === 'store_unavailable');
  return error;
}

async function problem(connection: RedisConnection): Promise<string> {
  return (await failure(connection)).message;
}

/** A certificate that nobody has signed, for a server that speaks TLS on a port of its own. */
async function tlsSettings() {
  const folder = temporaryFolder('certificate');
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const subject = ['-subj', '/CN=localhost', '-days', '2'];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  spawnSync('openssl', ['req', '-x509', ...made, '-keyout', key, '-out', certificate, ...subject]);
  const port = await freePort();
  const files = { 'tls-key-file': key, 'tls-cert-file': certificate, 'tls-ca-cert-file': certificate };
  return { port, settings: { ...files, 'tls-port': `${port}`, 'tls-auth-clients': 'no' } };
}
