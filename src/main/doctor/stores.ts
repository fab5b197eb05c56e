import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { readInstallation } from '../../adapters/files/installation.ts';
import { refuseOthers } from '../../adapters/mongo/belongs-to.ts';
import { connected, mongoAt, PATIENCE } from '../../adapters/mongo/connection.ts';
import { timeOf } from '../../adapters/mongo/greeting.ts';
import { measure } from '../../adapters/mongo/measure.ts';
import { serverTime } from '../../adapters/mongo/server-time.ts';
import { redisDependency } from '../../adapters/redis/check.ts';
import { openRedis } from '../../adapters/redis/connection.ts';
import { redisRegistry } from '../../adapters/redis/registry.ts';
import { openSqliteLedger } from '../../adapters/sqlite/open.ts';
import type { Diagnosis, Examination } from '../../app/diagnose.ts';
import { diagnosesOfStore } from '../../app/diagnose-store.ts';
import { measureDependency } from '../../app/measure-dependency.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Secret } from '../../platform/secret.ts';
import type { Dependency } from '../../ports/dependency.ts';
import type { Registry } from '../../ports/registry.ts';
import type { Config } from '../config.ts';
import type { Home } from '../home.ts';
import type { KafkaConfig } from '../store-config.ts';
import { ofMongo, sqliteDependency } from '../wire/ledger.ts';
import { kafkaAlone } from '../wire/publisher.ts';

/** Longer than what a client waits for before it says why nobody answers. */
const PATIENT_MS = 8_000;

/** Each is opened to be looked at, and nothing is made in it. */
export function examineStores(config: Config): readonly Examination[] {
  const { redisUrl, kafka } = config;
  return [
    { what: 'ledger', examine: () => examineLedger(config) },
    ...(redisUrl === null ? [] : [{ what: 'redis', examine: () => examineRedis(config, redisUrl) }]),
    ...(kafka === null ? [] : [{ what: 'kafka', examine: () => examineKafka(kafka) }]),
  ];
}

async function examineLedger(config: Config): Promise<readonly Diagnosis[]> {
  const { ledger, home } = config;
  switch (ledger.kind) {
    case 'sqlite':
      return existsSync(home.ledgerFile) ? examineSqlite(home) : [noLedger(home)];
    case 'mongodb':
      return examineMongo(ledger.url, home);
  }
}

function noLedger({ ledgerFile }: Home): Diagnosis {
  return {
    what: 'ledger',
    state: 'ok',
    saw: `${ledgerFile} is not there; the first start makes it`,
    fix: null,
  };
}

async function examineSqlite({ ledgerFile }: Home): Promise<readonly Diagnosis[]> {
  const opened = await openSqliteLedger({ file: ledgerFile, clock: systemClock, readOnly: true });
  try {
    return await examined(sqliteDependency(opened), 'GHOST_HOME');
  } finally {
    await opened.close();
  }
}

/** Without opening a ledger there, which would make one. */
async function examineMongo(url: Secret, home: Home): Promise<readonly Diagnosis[]> {
  const mongo = mongoAt(url, PATIENCE);
  const time = serverTime(systemClock, () => timeOf(mongo));
  const measureIt = async () => {
    await connected(mongo);
    await refuseOthers(mongo, (await readInstallation(home.data))?.id ?? null);
    return ofMongo(await measure({ mongo, time, clock: systemClock }));
  };
  const dependency: Dependency = {
    name: 'ledger',
    serves: ['ledger', 'leaser'],
    need: 'required',
    measure: measureIt,
  };
  try {
    return await examined(dependency, 'GHOST_LEDGER');
  } finally {
    await mongo.client.close();
  }
}

async function examineRedis(config: Config, url: Secret): Promise<readonly Diagnosis[]> {
  const installation = (await readInstallation(config.home.data))?.id ?? 'of-nobody';
  const connection = openRedis({ url, installation, name: 'ghost-doctor' });
  const serves = ['admission', 'wake-ups', 'registry', 'cache', 'counters'];
  try {
    const seen = await examined(
      redisDependency(connection, { serves, clock: systemClock }),
      'GHOST_REDIS_URL',
    );
    return [...seen, ...(await elsewhere(config, redisRegistry(connection)))];
  } finally {
    await connection.close();
  }
}

/** A file has one kernel; who else announces itself under this installation may have another ledger. */
async function elsewhere({ ledger }: Config, registry: Registry): Promise<readonly Diagnosis[]> {
  if (ledger.kind !== 'sqlite') return [];
  const living = await registry.list(null).catch(() => []);
  const hosts = new Set(living.map(({ host }) => host).filter((host) => host !== hostname()));
  if (hosts.size === 0) return [];
  const saw = `processes of this installation run on ${[...hosts].join(', ')} as well, and the ledger is SQLite`;
  const fix = 'set GHOST_LEDGER on all of them; leave it where all have this very home, on one machine';
  return [{ what: 'machines', state: 'degraded', saw, fix }];
}

function examineKafka(settings: KafkaConfig): Promise<readonly Diagnosis[]> {
  return examined(kafkaAlone(settings), 'GHOST_KAFKA_BROKERS');
}

async function examined(dependency: Dependency, setting: string): Promise<readonly Diagnosis[]> {
  const status = await measureDependency({ clock: systemClock }, dependency, PATIENT_MS);
  return diagnosesOfStore(status, setting);
}
