import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readInstallation } from '../../src/adapters/files/installation.ts';
import { openRedis } from '../../src/adapters/redis/connection.ts';
import { redisRegistry } from '../../src/adapters/redis/registry.ts';
import type { Diagnosis } from '../../src/app/diagnose.ts';
import { examineAll } from '../../src/main/doctor.ts';
import { secret } from '../../src/platform/secret.ts';
import { temporaryFolder } from '../world/git.ts';
import { installationSettings, openInstallationFor } from '../world/installation.ts';
import { MONGO_MISSING, startMongo } from '../world/servers/mongo.ts';
import { REDIS_MISSING, startRedis } from '../world/servers/redis.ts';

const FREE_PORTS = { GHOST_GATEWAY_PORT: '0', GHOST_RUNNER_PORT: '0' };

describe('the doctor', () => {
  it('finds nothing wrong with an installation that is well, and leaves nothing there', async (t) => {
    const settings = installationSettings();
    t.after(() => rmSync(settings.GHOST_HOME ?? '', { recursive: true }));
    await (await openInstallationFor(settings)).close();
    const { state, diagnoses } = await examineAll(settings, '/package/root');
    const whats = diagnoses.map(({ what }) => what).filter((what) => !what.startsWith('GHOST_'));
    const ports = ['port of the gateway', 'port of the runner'];
    assert.deepEqual(whats, ['home', 'node', 'git', 'sandbox', 'ledger', ...ports]);
    assert.notEqual(state, 'refused', JSON.stringify(diagnoses));
    assert.equal(of(diagnoses, 'GHOST_HOME').saw, settings.GHOST_HOME);
    assert.match(of(diagnoses, 'ledger').saw, /^SQLite 3\.\d+\.\d+, \d+ ms, serves ledger, leaser$/);
    assert.match(of(diagnoses, 'sandbox').saw, /^isolation level \d: /);
  });

  it('makes no home where there is none', async (t) => {
    const home = join(folder(t), 'new');
    const { state, diagnoses } = await examineAll({ ...FREE_PORTS, GHOST_HOME: home }, '/package/root');
    assert.notEqual(state, 'refused', JSON.stringify(diagnoses));
    assert.match(of(diagnoses, 'home').saw, /is new: nothing of an installation is there/);
    assert.match(of(diagnoses, 'ledger').saw, /the first start makes it/);
    assert.equal(existsSync(home), false);
  });

  it('shows no secret, not even of a configuration that cannot be read', async () => {
    const secrets = {
      GHOST_TOKEN: 'correct-horse',
      GHOST_LEDGER: 'mysql://u:correct-horse@a',
      GHOST_COOLDOWN: '5s',
    };
    const { state, diagnoses } = await examineAll(secrets, '/package/root');
    assert.equal(state, 'refused');
    assert.match(of(diagnoses, 'configuration').saw, /^GHOST_LEDGER is something else; expected mongodb/);
    assert.deepEqual([of(diagnoses, 'GHOST_TOKEN').saw, of(diagnoses, 'GHOST_COOLDOWN').saw], ['***', '5s']);
    assert.equal(JSON.stringify(diagnoses).includes('correct-horse'), false);
  });

  it('shows no URL with a password in the place of something else', async () => {
    const settings = { GHOST_KAFKA_BROKERS: 'kafka://u:correct-horse@a:9092', GHOST_HOST: 'example.org' };
    const { diagnoses } = await examineAll({ ...settings, GHOST_COOLDOWN: 'never' }, '/package/root');
    assert.deepEqual(
      [of(diagnoses, 'GHOST_KAFKA_BROKERS').saw, of(diagnoses, 'GHOST_HOST').saw],
      ['***', 'example.org'],
    );
  });

  it('names who has a port, and keys that others can read', async (t) => {
    const home = folder(t);
    mkdirSync(join(home, 'keys'), { mode: 0o755 });
    chmodSync(join(home, 'keys'), 0o755);
    const server = createServer().listen(0, '127.0.0.1');
    t.after(() => server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const settings = { ...FREE_PORTS, GHOST_HOME: home, GHOST_GATEWAY_PORT: `${port}` };
    const { state, diagnoses } = await examineAll(settings, '/package/root');
    const by = `process ${process.pid} (${basename(process.execPath)})`;
    assert.equal(state, 'refused');
    assert.equal(of(diagnoses, 'port of the gateway').saw, `127.0.0.1:${port} is taken, by ${by}`);
    const keys = of(diagnoses, `rights of ${join(home, 'keys')}`);
    assert.deepEqual([keys.state, keys.fix], ['degraded', `chmod go= ${join(home, 'keys')}`]);
  });

  it('refuses a ledger that is none and a policy that cannot be read', async (t) => {
    const home = folder(t);
    writeFileSync(
      join(home, 'ledger.db'),
      'not a database, and long enough to be looked at as one'.repeat(20),
    );
    const settings = { ...FREE_PORTS, GHOST_HOME: home };
    writeFileSync(join(home, 'policy.yml'), 'version: 1\nminimumIsolaton: 2\n');
    const { diagnoses } = await examineAll(settings, '/package/root');
    assert.equal(of(diagnoses, 'ledger').state, 'refused');
    assert.match(of(diagnoses, 'sandbox').saw, /policy\.yml/);
  });

  it('says of a store that is optional and gone that Ghost works without it', async (t) => {
    const settings = {
      ...FREE_PORTS,
      GHOST_HOME: folder(t),
      GHOST_REDIS_URL: 'redis://:correct-horse@127.0.0.1:9',
    };
    const { state, diagnoses } = await examineAll(settings, '/package/root');
    const { state: redis, fix } = of(diagnoses, 'redis');
    assert.deepEqual([state, redis], ['degraded', 'degraded']);
    assert.match(fix ?? '', /correct GHOST_REDIS_URL/);
    assert.equal(JSON.stringify(diagnoses).includes('correct-horse'), false);
  });

  it('tells of processes elsewhere that have another ledger', { skip: REDIS_MISSING }, async (t) => {
    const settings = installationSettings();
    const opened = await openInstallationFor(settings);
    const installation = (await readInstallation(opened.config.home.data))?.id ?? '';
    await opened.close();
    const server = await startRedis({});
    t.after(() => server.close());
    const connection = openRedis({ url: secret(server.url), installation, name: 'elsewhere' });
    t.after(() => connection.close());
    const announced = {
      component: 'runner',
      instance: 'r-1',
      pid: 1,
      version: '0',
      host: 'elsewhere',
      address: null,
    };
    await redisRegistry(connection).announce({ ...announced, startedAt: 1, details: null }, 60_000);
    const { diagnoses } = await examineAll({ ...settings, GHOST_REDIS_URL: server.url }, '/package/root');
    const { state, saw } = of(diagnoses, 'machines');
    assert.equal(state, 'degraded');
    assert.match(saw, /run on elsewhere as well, and the ledger is SQLite/);
    assert.equal(of(diagnoses, 'redis').state, 'ok');
    assert.match(of(diagnoses, 'clock of redis').saw, /^\d+ ms (ahead of|behind) the clock of this machine$/);
  });
});

describe('the doctor of a ledger in MongoDB', { skip: MONGO_MISSING }, () => {
  it('refuses one of another installation, as a start does, and claims none', async (t) => {
    const server = await startMongo();
    t.after(() => server.close());
    const on = (name: string) => ({
      ...FREE_PORTS,
      GHOST_HOME: folder(t),
      GHOST_LEDGER: `${server.url}${name}`,
    });
    const first = on('one');
    assert.equal(of((await examineAll(first, '/package/root')).diagnoses, 'ledger').state, 'ok');
    await (await openInstallationFor(first)).close();
    assert.equal(of((await examineAll(first, '/package/root')).diagnoses, 'ledger').state, 'ok');
    const other = of((await examineAll(on('one'), '/package/root')).diagnoses, 'ledger');
    assert.equal(other.state, 'refused');
    assert.match(other.saw, /the database one, which is the ledger of installation /);
  });
});

function folder(t: TestContext): string {
  const made = temporaryFolder('doctor');
  t.after(() => rmSync(made, { recursive: true }));
  return made;
}

function of(diagnoses: readonly Diagnosis[], what: string): Diagnosis {
  const found = diagnoses.find((one) => one.what === what);
  assert.ok(found, `${what} among ${diagnoses.map((one) => one.what).join(', ')}`);
  return found;
}
