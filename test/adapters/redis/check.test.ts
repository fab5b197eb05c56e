import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { Redis } from 'ioredis';
import { redisDependency } from '../../../src/adapters/redis/check.ts';
import { openRedis } from '../../../src/adapters/redis/connection.ts';
import { findingsOf, type RedisFacts } from '../../../src/adapters/redis/findings.ts';
import { type Clock, systemClock } from '../../../src/platform/clock.ts';
import { secret } from '../../../src/platform/secret.ts';
import { eventually } from '../../world/processes.ts';
import { REDIS_MISSING, startRedis } from '../../world/servers/redis.ts';
import type { TestServer } from '../../world/servers/server.ts';
import { closedPort, hangingPort } from '../store-servers.ts';

const GOOD: RedisFacts = {
  version: '7.0.15',
  role: 'primary',
  cluster: 'off',
  maxmemoryPolicy: 'noeviction',
  appendonly: 'on',
  appendfsync: 'everysec',
  writeProblem: null,
  diskProblem: null,
  clockDifferenceMs: 0,
};

describe('what a Redis must be like', () => {
  it('is nothing more than this, and what it does not tell is no fault but for its version', () => {
    assert.deepEqual(findingsOf(GOOD), []);
    const untold = { role: null, cluster: null, maxmemoryPolicy: null, appendonly: null, appendfsync: null };
    assert.deepEqual(findingsOf({ ...GOOD, ...untold }), []);
    assert.deepEqual(findingsOf({ ...GOOD, version: '6.2.0', appendfsync: 'always' }), []);
    assert.deepEqual(findingsOf({ ...GOOD, version: '10.0.1' }), []);
  });

  it('is told of each setting that is otherwise, with what to do, and keeps nobody from starting', () => {
    const wrong: readonly (readonly [Partial<RedisFacts>, string, RegExp])[] = [
      [{ version: '6.0.16' }, 'version', /^6\.0\.16 6\.2 or newer .*newer Redis/],
      [{ version: null }, 'version', /may not ask INFO.*\+info/],
      [{ role: { replicaOf: 'db1:6379' } }, 'role', /^replica of db1:6379 primary.*name db1:6379/],
      [{ cluster: 'on' }, 'cluster-enabled', /^yes no/],
      [{ maxmemoryPolicy: 'allkeys-lru' }, 'maxmemory-policy', /^allkeys-lru.*CONFIG SET maxmemory-policy/],
      [{ appendonly: 'off' }, 'appendonly', /^no yes.*CONFIG SET appendonly yes/],
      [{ appendfsync: 'no' }, 'appendfsync', /^no everysec.*CONFIG SET appendfsync/],
      [{ diskProblem: 'rdb_last_bgsave_status:err' }, 'persistence', /^rdb_last_bgsave_status:err ok/],
      [{ writeProblem: 'its memory is full (OOM)' }, 'writing', /^its memory is full .*ACL SETUSER/],
      [{ clockDifferenceMs: -7_000 }, 'clock', /^7000 ms behind/],
      [{ clockDifferenceMs: 7_000 }, 'clock', /^7000 ms ahead/],
    ];
    for (const [facts, setting, said] of wrong) {
      const [finding, ...others] = findingsOf({ ...GOOD, ...facts });
      assert.deepEqual([finding?.setting, others], [setting, []]);
      assert.match(`${finding?.got} ${finding?.expected} ${finding?.fix}`, said);
    }
  });
});

describe('the check of a Redis', { skip: REDIS_MISSING, timeout: 60_000 }, () => {
  let server: TestServer;
  let redis: Redis;
  before(async () => {
    server = await startRedis();
    redis = new Redis(server.url);
  });
  after(async () => {
    redis.disconnect();
    await server.close();
  });

  it('measures by asking it, and finds nothing where all is well', async (t) => {
    const measured = await measure(t, server.url);
    assert.match(measured.version ?? '', /^\d+\.\d+\.\d+$/);
    assert.deepEqual(measured.findings, []);
    const { usedMemory, clockDifferenceMs: _, ...details } = measured.details as Record<string, unknown>;
    assert.ok(Number(usedMemory) > 0);
    assert.deepEqual(details, {
      ...{ at: `127.0.0.1:${server.port}`, role: 'primary', 'maxmemory-policy': 'noeviction' },
      ...{ appendonly: 'on', appendfsync: 'everysec' },
    });
  });

  it('finds one that evicts, forgets, is a node of a cluster, or goes by another time', async (t) => {
    const settings = { 'maxmemory-policy': 'allkeys-lru', appendonly: 'no', 'cluster-enabled': 'yes' };
    const bad = await startRedis(settings);
    t.after(() => bad.close());
    const ahead: Clock = { ...systemClock, now: () => Date.now() + 3_600_000 };
    const { findings } = await measure(t, bad.url, ahead);
    assert.deepEqual(
      findings.map(({ setting }) => setting),
      ['cluster-enabled', 'writing', 'maxmemory-policy', 'appendonly', 'clock'],
    );
    assert.match(findings.at(-1)?.got ?? '', /^3\d{6} ms behind/);
  });

  it('finds a replica, and names its primary', async (t) => {
    const replica = await startRedis({ replicaof: `127.0.0.1 ${server.port}` });
    t.after(() => replica.close());
    const { findings, details } = await measure(t, replica.url);
    assert.deepEqual(
      findings.map(({ setting, got }) => [setting, got]),
      [['role', `replica of 127.0.0.1:${server.port}`]],
    );
    assert.equal((details as { role: string }).role, `replica of 127.0.0.1:${server.port}`);
  });

  it('finds one that cannot save to its disk', async (t) => {
    const bad = await startRedis({ 'enable-protected-configs': 'yes' });
    t.after(() => bad.close());
    const client = new Redis(bad.url);
    t.after(() => client.disconnect());
    await client.config('SET', 'dir', '/proc');
    await client.bgsave();
    const found = await eventually('the failed save', async () => (await measure(t, bad.url)).findings[0]);
    assert.deepEqual([found.setting, found.got], ['persistence', 'rdb_last_bgsave_status:err']);
  });

  it('finds one that takes nothing, since its memory is full or its user may not write', async (t) => {
    const full = await startRedis({ maxmemory: '1' });
    t.after(() => full.close());
    await redis.call('ACL', 'SETUSER', 'reader', 'on', '>correct-horse', '~*', '+@all', '-@write');
    for (const [url, said] of [
      [full.url, /^its memory is full/],
      [`redis://reader:correct-horse@127.0.0.1:${server.port}`, /user executing the script can't run/],
    ] as const) {
      const { findings } = await measure(t, url);
      assert.deepEqual(
        findings.map(({ setting }) => setting),
        ['writing'],
      );
      assert.match(findings[0]?.got ?? '', said);
    }
  });

  it('goes on without what it may not ask, and says so', async (t) => {
    await redis.call('ACL', 'SETUSER', 'managed', 'on', '>correct-horse', '~*', '+@all', '-config');
    const told = await measure(t, `redis://managed:correct-horse@127.0.0.1:${server.port}`);
    assert.deepEqual(told.findings, []);
    assert.equal((told.details as { appendfsync: string }).appendfsync, 'could not be asked');
    await redis.call('ACL', 'SETUSER', 'closed', 'on', '>correct-horse', '~*', '+@all', '-config', '-info');
    const { findings, version } = await measure(t, `redis://closed:correct-horse@127.0.0.1:${server.port}`);
    assert.equal(version, null);
    assert.deepEqual(
      findings.map(({ setting, fix }) => [setting, fix]),
      [['version', 'redis-cli ACL SETUSER <user> +info']],
    );
  });

  it('says in words why there is nothing to measure, and never the password', async (t) => {
    const locked = await startRedis({ requirepass: 'battery-staple' });
    t.after(() => locked.close());
    const at = `127.0.0.1:${locked.port}`;
    for (const [url, said] of [
      [`redis://:correct-horse@${at}`, /password/],
      [`redis://${at}`, /asks for a password/],
      [`rediss://:battery-staple@${at}`, /speak TLS/],
      [`redis://:correct-horse@127.0.0.1:${await closedPort(t)}`, /nobody listens/],
      [`redis://:correct-horse@127.0.0.1:${await hangingPort(t)}`, /silent|no answer/],
    ] as const) {
      const error: unknown = await measure(t, url).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof Error);
      assert.match(error.message, said);
      assert.doesNotMatch(JSON.stringify([error.message, error]), /correct-horse|battery-staple/);
    }
  });
});

function measure(t: TestContext, url: string, clock: Clock = systemClock) {
  const connection = openRedis({ url: secret(url), installation: 'here', name: 'test' });
  t.after(() => connection.close());
  return redisDependency(connection, { serves: ['admission'], clock }).measure();
}
