import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readConfig } from '../../src/main/config.ts';
import { SETTINGS } from '../../src/main/settings.ts';
import { type Compose, ghostServices, ROOT, readCompose, type Service } from './compose.ts';
import { composeViolations, type Project } from './compose-rules.ts';
import { shapeViolations } from './compose-shape.ts';
import { rolesOf } from './roles.ts';

type Draft = { -readonly [Key in keyof Service]: Service[Key] };
type Plant = (
  services: Record<string, Draft>,
  compose: { -readonly [Key in keyof Compose]: Compose[Key] },
) => void;

/** One broken rule each, and what the sentence about it says. */
const PLANTED: readonly (readonly [says: RegExp, plant: Plant])[] = [
  [/redis: .*no fixed tag/, ({ redis }) => set(redis, { image: 'redis' })],
  [/redis: .*no fixed tag/, ({ redis }) => set(redis, { image: 'redis:latest' })],
  [/redis: .*names a registry/, ({ redis }) => set(redis, { image: 'registry.example/redis:7' })],
  [/relay: .*is not version/, ({ relay }) => set(relay, { image: 'ghost:0.0.1' })],
  [/relay: relais is no role/, ({ relay }) => set(relay, { command: ['relais'] })],
  [/relay: the network backstage is not declared/, ({ relay }) => set(relay, { networks: ['backstage'] })],
  [/relay: the volume attic is not declared/, ({ relay }) => set(relay, { volumes: ['attic:/attic'] })],
  [/relay: the secret ledger-urls is not declared/, ({ relay }) => set(relay, { secrets: ['ledger-urls'] })],
  [/relay: \/run\/secrets\/redis-url is not mounted/, ({ relay }) => set(relay, { secrets: ['ledger-url'] })],
  [/relay: does not wait until kafka is healthy/, ({ relay }) => without(relay, 'kafka')],
  [/relay: does not wait until all is prepared/, ({ relay }) => without(relay, 'prepare')],
  [/waits until redis is healthy, which has no health check/, ({ redis }) => remove(redis, 'healthcheck')],
  [/waits until prepare has ended/, ({ prepare }) => set(prepare, { restart: 'unless-stopped' })],
  [
    /redis: redis-clip is not known/,
    ({ redis }) => set(redis, { healthcheck: { test: ['CMD', 'redis-clip'] } }),
  ],
  [
    /redis: its health check asks no/,
    ({ redis }) => set(redis, { healthcheck: { test: ['CMD-SHELL', 'true'] } }),
  ],
  [/relay: has no policy of restarts/, ({ relay }) => remove(relay, 'restart')],
  [/runner: is killed 0 s after/, ({ runner }) => remove(runner, 'stop_grace_period')],
  [/runner: keeps capabilities/, ({ runner }) => remove(runner, 'cap_drop')],
  [/runner: may gain privileges/, ({ runner }) => set(runner, { security_opt: ['apparmor:unconfined'] })],
  [
    /runner: scripts\/none\.json is not there/,
    ({ runner }) => set(runner, { security_opt: ['no-new-privileges:true', 'seccomp:./scripts/none.json'] }),
  ],
  [/runner: can write to its root/, ({ runner }) => set(runner, { read_only: false })],
  [/runner: runs as root/, ({ runner }) => set(runner, { user: 'root' })],
  [/redis: publishes a port/, ({ redis }) => set(redis, { ports: ['127.0.0.1:6379:6379'] })],
  [/gateway: is open to every machine/, ({ gateway }) => set(gateway, { ports: ['5555:5555'] })],
  [/mongo: stands in a network beside/, ({ mongo }) => set(mongo, { networks: ['stores', 'edge'] })],
  [/relay: holds the engine/, ({ relay }) => set(relay, { volumes: ['/var/run/docker.sock:/docker.sock'] })],
  [/gateway: GHOST_TOKEN is set/, ({ gateway }) => set(gateway, { environment: { GHOST_TOKEN: 'x' } })],
  [
    /gateway: redis:\/\/... holds a password/,
    ({ gateway }) => set(gateway, { environment: { REDIS: 'redis://:hunter2@redis:6379' } }),
  ],
  [
    /networks\.attic is used by no service/,
    (_, compose) => {
      compose.networks = { ...compose.networks, attic: {} };
    },
  ],
  [
    /networks\.stores has a way out/,
    (_, compose) => {
      compose.networks = { ...compose.networks, stores: {} };
    },
  ],
];

describe('docker-compose.yml', () => {
  let folder = '';
  let project: Project;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ghost-secrets-'));
    execFileSync(join(ROOT, 'scripts/bootstrap-secrets.sh'), [folder], { stdio: 'ignore' });
    project = {
      version: JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version,
      roles: rolesOf(ROOT),
      hasFile: (path) => existsSync(join(ROOT, path)),
    };
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has the form that compose takes, and breaks no rule', () => {
    const compose = readCompose();
    assert.ok(Object.keys(compose.services).length >= 10);
    assert.deepEqual([...shapeViolations(compose), ...composeViolations(compose, project)], []);
  });

  it('would be caught breaking any of them', () => {
    for (const [says, plant] of PLANTED) {
      const compose = readCompose();
      plant(compose.services as Record<string, Draft>, compose);
      assert.match(composeViolations(compose, project).join('\n'), says);
    }
  });

  it('would be caught with a key, a value or a part that compose does not take', () => {
    const says = (change: object) => shapeViolations({ ...readCompose(), ...change }).join('\n');
    assert.match(says({ service: {} }), /^service is nothing that compose knows/);
    assert.match(
      says({ services: { a: { imag: 'x' } } }),
      /^services\.a\.imag is nothing that compose knows/,
    );
    assert.match(
      says({ services: { a: { healthcheck: { interval: 5 } } } }),
      /a\.healthcheck does not have its form/,
    );
    assert.match(
      says({ services: { a: { depends_on: { b: { condition: 'up' } } } } }),
      /a\.depends_on does not/,
    );
    assert.match(
      says({ services: { a: { healthcheck: { test: [{ quit: 0 }] } } } }),
      /a\.healthcheck does not/,
    );
  });

  it('gives every process of Ghost settings that it takes, with its secrets from files', () => {
    for (const inbox of ['', '/srv/inbox']) {
      const services = ghostServices(readCompose({ INBOX_FOLDER: inbox }));
      assert.ok(services.length >= 7);
      for (const [name, { environment = {} }] of services) {
        const config = readConfig(fromFolder(environment, folder), ROOT);
        assert.equal(config.ledger.kind, 'mongodb', name);
        assert.match(config.redisUrl?.expose() ?? '', /^redis:\/\/:[0-9a-f]{64}@redis:6379$/, name);
        assert.deepEqual(config.kafka?.brokers, ['kafka:9092'], name);
        assert.equal(config.inbox?.root ?? '', name === 'inbox' || inbox ? '/inbox' : '', name);
      }
    }
  });

  it('mounts the secrets that one command makes, from a folder that neither git nor the image takes in', () => {
    const { secrets, configs } = readCompose();
    const files = Object.entries(secrets).map(([name, { file }]) => [name, file]);
    assert.deepEqual(
      files.sort(),
      readdirSync(folder)
        .map((name) => [name, `./secrets/${name}`])
        .sort(),
    );
    for (const ignoring of ['.gitignore', '.dockerignore']) {
      assert.match(readFileSync(join(ROOT, ignoring), 'utf8'), /^\/?secrets\/?$/m, ignoring);
    }
    for (const { file } of Object.values(configs)) assert.ok(existsSync(join(ROOT, file)), file);
  });

  it('makes the topic, the replica set and the user that the settings name', () => {
    const { services } = readCompose();
    const topic = SETTINGS.find(({ name }) => name === 'GHOST_KAFKA_TOPIC')?.standard;
    assert.equal(optionOf(services['kafka-init'], '--topic'), topic);
    assert.equal(services.kafka?.environment?.KAFKA_ADVERTISED_LISTENERS, 'PLAINTEXT://kafka:9092');
    const url = new URL(readFileSync(join(folder, 'ledger-url'), 'utf8').trim());
    assert.deepEqual([url.host, url.username, url.pathname], ['mongo:27017', 'ghost', '/ghost']);
    assert.equal(optionOf(services.mongo, '--replSet'), url.searchParams.get('replicaSet'));
    const script = readFileSync(join(ROOT, 'scripts/compose/mongo-init.js'), 'utf8');
    assert.match(script, new RegExp(`replSetInitiate: \\{ _id: '${url.searchParams.get('replicaSet')}'`));
    assert.match(script, new RegExp(`MEMBER = '${url.host}'`));
  });

  it('gives Redis a file of users that knows the password of the URL, and not the password', () => {
    const [, password = ''] = /:([0-9a-f]{64})@/.exec(readFileSync(join(folder, 'redis-url'), 'utf8')) ?? [];
    const users = readFileSync(join(folder, 'redis-users'), 'utf8');
    const digest = execFileSync('sha256sum', { input: password, encoding: 'utf8' }).slice(0, 64);
    assert.match(users, new RegExp(`^user default on sanitize-payload #${digest} `));
    assert.ok(!users.includes(password));
  });
});

function set(service: Draft | undefined, change: Draft | Partial<Draft>): void {
  assert.ok(service);
  Object.assign(service, change);
}

function remove(service: Draft | undefined, key: keyof Service): void {
  delete service?.[key];
}

function without(service: Draft | undefined, name: string): void {
  const { [name]: _, ...rest } = service?.depends_on ?? {};
  set(service, { depends_on: rest });
}

/** The environment of a service, with its secrets in a folder of this machine. */
function fromFolder(
  environment: NonNullable<Service['environment']>,
  folder: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, String(value).replace('/run/secrets', folder)]),
  );
}

function optionOf(service: Service | undefined, option: string): string | undefined {
  const words = service?.command ?? [];
  return words[words.indexOf(option) + 1];
}
