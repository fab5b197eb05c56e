import { fileHeartbeats } from '../adapters/files/heartbeats.ts';
import { openInstallation } from '../adapters/files/installation.ts';
import type { Needs } from '../app/needs.ts';
import { GhostError } from '../core/errors.ts';
import { systemClock } from '../platform/clock.ts';
import type { Dependency } from '../ports/dependency.ts';
import { type AggregatedHealth, aggregateHealth } from '../workers/health/aggregate.ts';
import type { ResourceSample } from '../workers/resources/sample.ts';
import { sampleOnce } from '../workers/resources/worker.ts';
import type { Config } from './config.ts';
import { expectationsOf } from './expectations.ts';
import { openFleeting } from './wire/fleeting.ts';
import { kafkaAlone } from './wire/publisher.ts';
import { wire } from './wire.ts';

const RATES_OVER_MS = 250;

interface Measuring {
  readonly needs: Pick<Needs, 'dependencies' | 'registry' | 'heartbeats' | 'clock'>;
  close(): Promise<void>;
}

/** One aggregation for whoever asks; writes nothing. */
export async function measureHealth(config: Config): Promise<AggregatedHealth> {
  const { needs, close } = await openToMeasure(config);
  try {
    return await aggregateHealth(needs, expectationsOf(config, needs));
  } finally {
    await close();
  }
}

/** Without its ledger Ghost is unhealthy; that, and how everything else is, is what whoever asks has to hear. */
async function openToMeasure(config: Config): Promise<Measuring> {
  try {
    return await wire(config, { component: 'cli', instance: `health-${process.pid}`, console: 'none' });
  } catch (error) {
    if (error instanceof GhostError && error.code === 'ledger_unavailable')
      return withoutLedger(config, error);
    throw error;
  }
}

async function withoutLedger(config: Config, problem: GhostError): Promise<Measuring> {
  const { home, kafka } = config;
  const { id: installation } = await openInstallation({ data: home.data, keys: home.keys });
  const fleeting = await openFleeting(config, { installation, component: 'cli', clock: systemClock });
  const ledger: Dependency = {
    ...{ name: 'ledger', serves: ['ledger', 'leaser'], need: 'required' },
    measure: () => Promise.reject(problem),
  };
  return {
    needs: {
      dependencies: [ledger, ...fleeting.dependencies, ...(kafka === null ? [] : [kafkaAlone(kafka)])],
      registry: fleeting.ports.registry,
      heartbeats: fileHeartbeats(home.heartbeats),
      clock: systemClock,
    },
    close: fleeting.close,
  };
}

/** One sample for whoever asks; writes nothing. */
export function measureResources({ home }: Config): Promise<ResourceSample> {
  const needs = { heartbeats: fileHeartbeats(home.heartbeats), clock: systemClock };
  return sampleOnce(needs, { home: home.root, overMs: RATES_OVER_MS });
}
