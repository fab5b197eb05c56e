import type { Secret } from '../../platform/secret.ts';

export interface KafkaSettings {
  /** `HOST:PORT`, at least one. */
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly tls: 'off' | 'on';
  /** Certificates in PEM that brokers are trusted by; null for those that Node trusts. */
  readonly authorities: string | null;
  /** Null for brokers that ask for none. */
  readonly login: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly user: string;
    readonly password: Secret;
  } | null;
}

const MECHANISMS = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const;

/** How the package is set up. It repeats nothing by itself: whoever calls knows what was acknowledged. */
export function clientOptions(settings: KafkaSettings, patienceMs: number) {
  const { brokers, tls, authorities, login } = settings;
  return {
    clientId: 'ghost',
    bootstrapBrokers: [...brokers],
    retries: 0,
    connectTimeout: patienceMs,
    requestTimeout: patienceMs,
    /** How long a broker waits for its replicas. */
    timeout: patienceMs,
    autocreateTopics: false,
    ...(tls === 'on' && { tls: authorities === null ? {} : { ca: authorities } }),
    ...(login !== null && {
      sasl: {
        mechanism: MECHANISMS[login.mechanism],
        username: login.user,
        password: login.password.expose(),
      },
    }),
  };
}
