import { fileHeartbeats } from '../adapters/files/heartbeats.ts';
import { systemClock } from '../platform/clock.ts';
import { type AggregatedHealth, aggregateHealth } from '../workers/health/aggregate.ts';
import type { ResourceSample } from '../workers/resources/sample.ts';
import { sampleOnce } from '../workers/resources/worker.ts';
import type { Config } from './config.ts';
import { expectationsOf } from './expectations.ts';
import { wire } from './wire.ts';

const RATES_OVER_MS = 250;

/** One aggregation for whoever asks; writes nothing. */
export async function measureHealth(config: Config): Promise<AggregatedHealth> {
  const { needs, close } = await wire(config, {
    component: 'cli',
    instance: `health-${process.pid}`,
    console: 'none',
  });
  try {
    return await aggregateHealth(needs, expectationsOf(config, needs));
  } finally {
    await close();
  }
}

/** One sample for whoever asks; writes nothing. */
export function measureResources({ home }: Config): Promise<ResourceSample> {
  const needs = { heartbeats: fileHeartbeats(home.heartbeats), clock: systemClock };
  return sampleOnce(needs, { home: home.root, overMs: RATES_OVER_MS });
}
