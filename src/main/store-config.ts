import { fail } from '../core/errors.ts';
import type { Secret } from '../platform/secret.ts';
import type { Environment } from './environment.ts';

/** What stands behind the ports: what is not named here is embedded in the home. */
export interface StoreConfig {
  readonly ledger: LedgerConfig;
  readonly redisUrl: Secret | null;
  /** Null where events are told by the gateway's streams alone. */
  readonly kafka: KafkaConfig | null;
}

type LedgerConfig = { readonly kind: 'sqlite' } | { readonly kind: 'mongodb'; readonly url: Secret };

export interface KafkaConfig {
  /** `HOST:PORT`, at least one. */
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly tls: 'off' | 'on';
  /** Certificates in PEM that brokers are trusted by; null for those that Node trusts. */
  readonly authorities: string | null;
  /** Null for brokers that ask for none. */
  readonly login: KafkaLogin | null;
}

interface KafkaLogin {
  readonly mechanism: (typeof MECHANISMS)[number];
  readonly user: string;
  readonly password: Secret;
}

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const BROKER = /^(?:[\w.-]+|\[[\da-fA-F:.]+\]):(\d{1,5})$/;
/** What Kafka takes; `.` and `..` it does not. */
const TOPIC = /^(?!\.{1,2}$)[\w.-]{1,249}$/;

/** @throws GhostError config_invalid */
export function readStores(environment: Environment): StoreConfig {
  const ledgerUrl = environment.connection('GHOST_LEDGER', ['mongodb', 'mongodb+srv']);
  return {
    ledger: ledgerUrl === null ? { kind: 'sqlite' } : { kind: 'mongodb', url: ledgerUrl },
    redisUrl: environment.connection('GHOST_REDIS_URL', ['redis', 'rediss']),
    kafka: readKafka(environment),
  };
}

function readKafka(environment: Environment): KafkaConfig | null {
  const brokers = environment.list('GHOST_KAFKA_BROKERS');
  const tls = environment.choice('GHOST_KAFKA_TLS', ['off', 'on']);
  const authorities = readAuthorities(environment, tls);
  const login = readLogin(environment);
  if (brokers.length === 0) {
    if (tls === 'on') throw withoutBrokers('GHOST_KAFKA_TLS');
    if (login !== null) throw withoutBrokers('GHOST_KAFKA_USER');
    return null;
  }
  const wrong = brokers.find((broker) => !isBroker(broker));
  if (wrong !== undefined) throw invalid('GHOST_KAFKA_BROKERS', 'something else', 'HOST:PORT,HOST:PORT');
  const topic = environment.text('GHOST_KAFKA_TOPIC') ?? '';
  if (!TOPIC.test(topic)) {
    throw invalid('GHOST_KAFKA_TOPIC', topic, 'at most 249 of letters, digits, ., _ and -');
  }
  return { brokers, topic, tls, authorities, login };
}

function readAuthorities(environment: Environment, tls: KafkaConfig['tls']): string | null {
  const authorities = environment.contents('GHOST_KAFKA_CA_FILE');
  if (authorities === null) return null;
  if (tls === 'off') throw invalid('GHOST_KAFKA_CA_FILE', 'set with GHOST_KAFKA_TLS off', 'on beside it');
  if (!authorities.includes('-----BEGIN CERTIFICATE-----'))
    throw invalid('GHOST_KAFKA_CA_FILE', 'a file without a certificate', 'certificates in PEM');
  return authorities;
}

function readLogin(environment: Environment): KafkaLogin | null {
  const mechanism = environment.choice('GHOST_KAFKA_MECHANISM', MECHANISMS);
  const user = environment.text('GHOST_KAFKA_USER');
  const password = environment.secret('GHOST_KAFKA_PASSWORD');
  if (user === null && password === null) return null;
  if (user === null) throw invalid('GHOST_KAFKA_USER', 'not set', 'a name beside GHOST_KAFKA_PASSWORD');
  if (password === null) throw invalid('GHOST_KAFKA_PASSWORD', 'not set', 'one beside GHOST_KAFKA_USER');
  return { mechanism, user, password };
}

/** What was given is not repeated where it is wrong: a URL in its place may hold a password. */
function isBroker(text: string): boolean {
  const port = Number(BROKER.exec(text)?.[1]);
  return port >= 1 && port <= 65_535;
}

function withoutBrokers(setting: string) {
  return invalid(setting, 'set without GHOST_KAFKA_BROKERS', 'both or neither');
}

function invalid(setting: string, got: string, expected: string) {
  return fail('config_invalid', { setting, got, expected });
}
