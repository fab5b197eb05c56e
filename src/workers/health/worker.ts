import { join } from 'node:path';
import type { Needs } from '../../app/needs.ts';
import type { Health } from '../../core/health/heartbeat.ts';
import type { Logger } from '../../platform/logger.ts';
import { replaceFile } from '../../platform/replace-file.ts';
import { type Rounds, startRounds } from '../../platform/rounds.ts';
import { type AggregatedHealth, aggregateHealth, type Expectation } from './aggregate.ts';

/** Leads with a dot: readers of heartbeats pass it over. */
export const AGGREGATE_FILE = '.aggregated-health.json';

const EVERY_MS = 5_000;

export interface HealthWorkerOptions {
  readonly folder: string;
  readonly expectations: readonly Expectation[];
  readonly logger: Logger;
}

/** Measures everything every few seconds and leaves the aggregate for whoever looks. */
export function startHealthWorker(
  needs: Pick<Needs, 'heartbeats' | 'clock'>,
  { folder, expectations, logger }: HealthWorkerOptions,
): Rounds {
  let last: Health | null = null;
  return startRounds({
    clock: needs.clock,
    everyMs: EVERY_MS,
    round: async (sequence) => {
      const measured = await aggregateHealth(needs, expectations);
      tellChange(measured);
      const document = { ...measured, pid: process.pid, sequence };
      await replaceFile(join(folder, AGGREGATE_FILE), `${JSON.stringify(document, null, 2)}\n`);
      return measured.at;
    },
    failed: (error) => logger.error('health was not aggregated', { error }),
  });

  function tellChange({ health, components }: AggregatedHealth): void {
    if (health === last) return;
    last = health;
    const reasons = components
      .filter((one) => one.health !== 'healthy')
      .map((one) => `${one.component}: ${one.reason}`);
    logger[health === 'healthy' ? 'info' : 'warn'](`health is ${health}`, { reasons });
  }
}
