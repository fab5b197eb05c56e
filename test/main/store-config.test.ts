import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { readConfig } from '../../src/main/config.ts';
import { temporaryFolder } from '../world/git.ts';

type Variables = Readonly<Record<string, string>>;

const read = (variables: Variables) => readConfig(variables, '/package/root');

describe('the configuration of stores', () => {
  it('takes a ledger in MongoDB, of one host or of several', () => {
    const urls = [
      'mongodb://a',
      'mongodb://u:p%40ss@a:1,b:2/ghost?replicaSet=r',
      'mongodb+srv://cluster.example.org/ghost',
      'mongodb://[::1]:27017',
    ];
    for (const url of urls) {
      const { ledger } = read({ GHOST_LEDGER: url });
      assert.equal(ledger.kind === 'mongodb' && ledger.url.expose(), url);
    }
  });

  it('takes what is secret from a file, and never from two places', (t) => {
    const folder = temporaryFolder('stores');
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'secret');
    const secrets: Variables = {
      GHOST_LEDGER: 'mongodb://u:hush@a/ghost',
      GHOST_REDIS_URL: 'rediss://:hush@redis:6380/1',
      GHOST_KAFKA_PASSWORD: 'hush',
    };
    const beside = { GHOST_KAFKA_BROKERS: 'a:9092', GHOST_KAFKA_USER: 'ghost' };
    for (const [name, value] of Object.entries(secrets)) {
      writeFileSync(file, `${value}\n`);
      const { ledger, redisUrl, kafka } = read({
        GHOST_KAFKA_PASSWORD: 'other',
        ...beside,
        ...empty(name, file),
      });
      const given = [ledger.kind === 'mongodb' && ledger.url, redisUrl, kafka?.login?.password];
      assert.ok(
        given.some((one) => one && one.expose() === value),
        name,
      );
      assert.throws(
        () => read({ ...beside, [name]: value, [`${name}_FILE`]: file }),
        new RegExp(`${name} is set beside ${name}_FILE; expected only one of the two`),
      );
    }
  });

  it('takes brokers with their topic, and a login that is whole', () => {
    assert.deepEqual(read({ GHOST_KAFKA_BROKERS: ' a:9092, [::1]:9093,' }).kafka, {
      brokers: ['a:9092', '[::1]:9093'],
      topic: 'ghost.events',
      tls: 'off',
      authorities: null,
      login: null,
    });
    const { kafka } = read({
      GHOST_KAFKA_BROKERS: 'kafka.example.org:9094',
      GHOST_KAFKA_TOPIC: 'audit',
      GHOST_KAFKA_TLS: 'on',
      GHOST_KAFKA_MECHANISM: 'plain',
      GHOST_KAFKA_USER: 'ghost',
      GHOST_KAFKA_PASSWORD: 'correct-horse',
    });
    assert.deepEqual([kafka?.topic, kafka?.tls, kafka?.login?.mechanism], ['audit', 'on', 'plain']);
    assert.equal(kafka?.login?.password.expose(), 'correct-horse');
    assert.ok(!inspect(kafka, { depth: 9, showHidden: true }).includes('correct-horse'));
  });

  it('takes the certificates that brokers are trusted by from a file, beside TLS alone', (t) => {
    const folder = temporaryFolder('authorities');
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'ca.pem');
    const given = { GHOST_KAFKA_BROKERS: 'a:1', GHOST_KAFKA_TLS: 'on', GHOST_KAFKA_CA_FILE: file };
    assert.throws(() => read(given), /GHOST_KAFKA_CA_FILE is ENOENT.*expected a readable file/);
    writeFileSync(file, 'none\n');
    assert.throws(() => read(given), /a file without a certificate; expected certificates in PEM/);
    writeFileSync(file, '-----BEGIN CERTIFICATE-----\nMA==\n');
    assert.match(`${read(given).kafka?.authorities}`, /^-----BEGIN CERTIFICATE-----/);
    assert.throws(() => read({ ...given, GHOST_KAFKA_TLS: 'off' }), /GHOST_KAFKA_CA_FILE is set with/);
    assert.throws(
      () => read({ ...given, GHOST_KAFKA_TLS: 'off', GHOST_KAFKA_BROKERS: '' }),
      /GHOST_KAFKA_CA_FILE is set with/,
    );
  });

  it('says what is wrong with each without repeating a password', () => {
    const wrong: readonly (readonly [Variables, RegExp])[] = [
      [
        { GHOST_LEDGER: 'sqlite:ledger.db' },
        /GHOST_LEDGER is something else; expected mongodb:\/\/HOST or mongodb\+srv:\/\/HOST\./,
      ],
      [{ GHOST_LEDGER: 'mongodb://u:correct-horse@x@host' }, /GHOST_LEDGER is no URL; .*percent-encoded/],
      [{ GHOST_LEDGER: 'mongodb://u:correct-horse/x@host' }, /GHOST_LEDGER is no URL/],
      [{ GHOST_LEDGER: 'mongodb://' }, /GHOST_LEDGER is no URL/],
      [{ GHOST_LEDGER: 'mongodb://a,,b' }, /GHOST_LEDGER is no URL/],
      [{ GHOST_REDIS_URL: 'http://:correct-horse@redis' }, /expected redis:\/\/HOST or rediss:\/\/HOST\./],
      [{ GHOST_REDIS_URL: 'redis://:correct-horse#1@redis' }, /GHOST_REDIS_URL is no URL/],
      // What stands behind the first of them would be taken for the host.
      [{ GHOST_LEDGER: 'mongodb://u:correct@horse/x@host' }, /GHOST_LEDGER is no URL; .*percent-encoded/],
      [{ GHOST_REDIS_URL: 'redis://:correct@horse#1@redis' }, /GHOST_REDIS_URL is no URL; .*percent-encoded/],
      [
        { GHOST_KAFKA_BROKERS: 'kafka' },
        /GHOST_KAFKA_BROKERS is something else; expected HOST:PORT,HOST:PORT/,
      ],
      [
        { GHOST_KAFKA_BROKERS: 'a:9092,kafka://u:correct-horse@b:1' },
        /GHOST_KAFKA_BROKERS is something else/,
      ],
      [{ GHOST_KAFKA_BROKERS: 'a:0' }, /GHOST_KAFKA_BROKERS/],
      [{ GHOST_KAFKA_BROKERS: 'a:65536' }, /GHOST_KAFKA_BROKERS/],
      [
        { GHOST_KAFKA_BROKERS: 'a:1', GHOST_KAFKA_TOPIC: 'ghost events' },
        /GHOST_KAFKA_TOPIC is ghost events; expected at most 249/,
      ],
      [{ GHOST_KAFKA_BROKERS: 'a:1', GHOST_KAFKA_TOPIC: '..' }, /GHOST_KAFKA_TOPIC/],
      [{ GHOST_KAFKA_BROKERS: 'a:1', GHOST_KAFKA_TLS: 'yes' }, /GHOST_KAFKA_TLS is yes; expected off, on/],
      [
        { GHOST_KAFKA_BROKERS: 'a:1', GHOST_KAFKA_MECHANISM: 'gssapi' },
        /expected plain, scram-sha-256, scram-sha-512/,
      ],
      [{ GHOST_KAFKA_BROKERS: 'a:1', GHOST_KAFKA_USER: 'u' }, /GHOST_KAFKA_PASSWORD is not set/],
      [{ GHOST_KAFKA_BROKERS: 'a:1', GHOST_KAFKA_PASSWORD: 'correct-horse' }, /GHOST_KAFKA_USER is not set/],
      [{ GHOST_KAFKA_TLS: 'on' }, /GHOST_KAFKA_TLS is set without GHOST_KAFKA_BROKERS/],
      [
        { GHOST_KAFKA_USER: 'u', GHOST_KAFKA_PASSWORD: 'correct-horse' },
        /GHOST_KAFKA_USER is set without GHOST_KAFKA_BROKERS/,
      ],
      [
        { GHOST_MONGO_URL: 'mongodb://a' },
        /GHOST_MONGO_URL is no setting of Ghost; expected GHOST_LEDGER, which replaced it/,
      ],
      [
        { GHOST_KAFKA_BROKER: 'a:1' },
        /GHOST_KAFKA_BROKER is no setting of Ghost; expected GHOST_KAFKA_BROKERS/,
      ],
    ];
    for (const [variables, says] of wrong) {
      assert.throws(
        () => read(variables),
        ({ code, message }: Error & { code: string }) =>
          code === 'config_invalid' && says.test(message) && !message.includes('correct-horse'),
        `${says}`,
      );
    }
  });
});

function empty(name: string, file: string): Variables {
  return { [name]: '', [`${name}_FILE`]: file };
}
