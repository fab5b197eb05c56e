import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { readConfig, readOneShotConfig } from '../../src/main/config.ts';
import { SETTINGS } from '../../src/main/settings.ts';
import { temporaryFolder } from '../world/git.ts';

const ROOT = '/package/root';

describe('the configuration', () => {
  it('has a default for everything but secrets, stores and places', () => {
    const config = readConfig({}, ROOT);
    assert.deepEqual(config.gateway, { host: '127.0.0.1', port: 5555, url: 'http://127.0.0.1:5555' });
    assert.deepEqual(config.runner, { host: '127.0.0.1', port: 5051, url: 'http://127.0.0.1:5051' });
    assert.deepEqual([config.cooldownMs, config.leaseTtlMs, config.logLevel], [10_000, 15_000, 'info']);
    assert.deepEqual(config.corsOrigins, ['localhost', 'ghost.fly.dev', 'runner.thoughtmarks.app']);
    assert.deepEqual([config.rateLimit, config.repairRounds], [60, 5]);
    const { slackSigningSecret, slots, redisUrl, kafka, cliUrl, cliToken } = config;
    assert.deepEqual(
      [slackSigningSecret, slots, redisUrl, kafka, cliUrl, cliToken],
      [null, null, null, null, null, null],
    );
    assert.deepEqual(config.ledger, { kind: 'sqlite' });
  });

  it('keeps state in the checkout, or everything in the folder that GHOST_HOME names', () => {
    const checkout = readConfig({}, ROOT).home;
    assert.deepEqual(
      [checkout.data, checkout.logs, checkout.heartbeats, checkout.keys],
      [
        '/package/root/data',
        '/package/root/logs',
        '/package/root/summaries/_heartbeat',
        '/package/root/data/keys',
      ],
    );
    const folder = readConfig({ GHOST_HOME: '/srv/ghost' }, ROOT).home;
    for (const path of Object.values(folder)) assert.ok(path.startsWith('/srv/ghost'), path);
    assert.equal(folder.policyFile, '/srv/ghost/policy.yml');
  });

  it('keeps the state of a single run with the user, unless GHOST_HOME says where', () => {
    const homeOf = (variables: Record<string, string>) =>
      readOneShotConfig(variables, ROOT, '/elsewhere').home.root;
    assert.equal(homeOf({ HOME: '/home/a' }), '/home/a/.local/state/ghost');
    assert.equal(homeOf({ HOME: '/home/a', XDG_STATE_HOME: '/state' }), '/state/ghost');
    assert.equal(homeOf({ HOME: '/home/a', GHOST_HOME: '/srv/ghost' }), '/srv/ghost');
  });

  it('lets a single run outside of GHOST_HOME neither share a ledger nor speak to other stores', () => {
    const of = (variables: Record<string, string>) => readOneShotConfig(variables, ROOT, '/elsewhere');
    const stores = { GHOST_REDIS_URL: 'redis://a', GHOST_KAFKA_BROKERS: 'a:1' };
    assert.deepEqual([of(stores).redisUrl, of(stores).kafka], [null, null]);
    assert.notEqual(of({ ...stores, GHOST_HOME: '/srv/ghost' }).redisUrl, null);
    const shared = { GHOST_LEDGER: 'mongodb://a' };
    assert.throws(() => of(shared), /GHOST_LEDGER is set, and GHOST_HOME is not; expected both or neither/);
    assert.equal(of({ ...shared, GHOST_HOME: '/srv/ghost' }).ledger.kind, 'mongodb');
  });

  it('reads every setting that the table names, and refuses others by naming the nearest', () => {
    for (const { name, standard } of SETTINGS) {
      assert.ok(readConfig({ [name]: standard ?? '' }, ROOT), name);
    }
    assert.throws(() => readConfig({ GHOST_COOLDWN: '1s' }, ROOT), {
      code: 'config_invalid',
      message: 'GHOST_COOLDWN is no setting of Ghost; expected GHOST_COOLDOWN.',
    });
    assert.throws(
      () => readConfig({ GHOST_XYZZY_PLUGH_QUX: '1' }, ROOT),
      /expected one of docs\/configuration\.md/,
    );
    assert.ok(readConfig({ GHOSTWRITER: '1' }, ROOT), 'a name that only begins alike is somebody else’s');
  });

  it('says for each wrong value which setting it is, what it is and what it has to be', () => {
    const wrong: readonly (readonly [string, string, RegExp])[] = [
      ['GHOST_GATEWAY_PORT', '65536', /GHOST_GATEWAY_PORT is 65536; expected a port/],
      ['GHOST_RUNNER_PORT', '-1', /expected a port/],
      ['GHOST_RUNNER_PORT', '0x50', /expected a port/],
      ['GHOST_COOLDOWN', '10', /GHOST_COOLDOWN is 10; expected a duration such as 500ms/],
      ['GHOST_LEASE_TTL', '999ms', /expected at least 1s/],
      ['GHOST_LOG_LEVEL', 'loud', /expected debug, info, warn, error/],
      ['GHOST_RATE_LIMIT', '1.5', /expected a whole number/],
      ['GHOST_REPAIR_ROUNDS', '-1', /expected a whole number/],
      ['GHOST_URL', 'localhost:5555', /expected http:\/\/HOST or https:\/\/HOST/],
      ['GHOST_ISOLATION_AT_MOST', '4', /expected 0, 1, 2, 3/],
      ['GHOST_SLOTS', '0', /GHOST_SLOTS is 0; expected a whole number from 1; unset for no limit/],
    ];
    for (const [name, value, says] of wrong) assert.throws(() => readConfig({ [name]: value }, ROOT), says);
  });

  it('lets zero be a cooldown and a port', () => {
    const config = readConfig({ GHOST_COOLDOWN: '0', GHOST_GATEWAY_PORT: '0' }, ROOT);
    assert.deepEqual([config.cooldownMs, config.gateway.port], [0, 0]);
  });

  it('counts an empty variable as not set', () => {
    assert.equal(readConfig({ GHOST_GATEWAY_PORT: '' }, ROOT).gateway.port, 5555);
  });

  it('refuses debug logs in production', () => {
    const variables = { NODE_ENV: 'production', GHOST_LOG_LEVEL: 'debug' };
    assert.throws(() => readConfig(variables, ROOT), /GHOST_LOG_LEVEL is debug with NODE_ENV=production/);
    assert.ok(readConfig({ NODE_ENV: 'production' }, ROOT).production);
  });

  it('takes the signing secret from a file, and never from two places', (t) => {
    const folder = temporaryFolder('secret');
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'secret');
    writeFileSync(file, 'hush\n');
    const config = readConfig({ GHOST_SLACK_SIGNING_SECRET_FILE: file }, ROOT);
    assert.equal(config.slackSigningSecret?.expose(), 'hush');
    assert.throws(
      () => readConfig({ GHOST_SLACK_SIGNING_SECRET: 'a', GHOST_SLACK_SIGNING_SECRET_FILE: file }, ROOT),
      /expected only one of the two/,
    );
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'empty', 'secret'), '\n');
    const empty = { GHOST_SLACK_SIGNING_SECRET_FILE: join(folder, 'empty', 'secret') };
    assert.throws(() => readConfig(empty, ROOT), /an empty file/);
    assert.throws(() => readConfig({ GHOST_SLACK_SIGNING_SECRET_FILE: join(folder, 'no') }, ROOT), /ENOENT/);
  });

  it('shows no secret when it is printed, nor in an error about one', () => {
    const variables = {
      GHOST_SLACK_SIGNING_SECRET: 'correct-horse',
      GHOST_TOKEN: 'correct-horse',
      GHOST_REDIS_URL: 'redis://:correct-horse@redis:6379',
      GHOST_LEDGER: 'mongodb://u:correct-horse@a:1,b:2/ghost?replicaSet=r',
    };
    const config = readConfig(variables, ROOT);
    assert.ok(!inspect(config, { depth: 9, showHidden: true }).includes('correct-horse'));
    assert.ok(!JSON.stringify(config).includes('correct-horse'));
    const registry = { GHOST_NPM_REGISTRY: 'https://u:correct-horse@packages/' };
    assert.throws(
      () => readConfig(registry, ROOT),
      (error: Error) =>
        /GHOST_NPM_REGISTRY is a URL with a user/.test(error.message) && !error.message.includes('horse'),
    );
    for (const name of ['GHOST_REDIS_URL', 'GHOST_LEDGER', 'GHOST_URL', 'GHOST_MONGO_URL']) {
      assert.throws(
        () => readConfig({ [name]: 'ftp://u:correct-horse@host' }, ROOT),
        (error: Error) => !error.message.includes('correct-horse'),
      );
    }
  });

  it('names the loopback address where it listens on all of them', () => {
    assert.equal(readConfig({ GHOST_HOST: '0.0.0.0' }, ROOT).gateway.url, 'http://127.0.0.1:5555');
    assert.equal(readConfig({ GHOST_HOST: '::1' }, ROOT).gateway.url, 'http://[::1]:5555');
  });
});
