import { join } from 'node:path';
import type { Needs } from '../../app/needs.ts';
import type { Health } from '../../core/health/heartbeat.ts';
import type { Logger } from '../../platform/logger.ts';
import { replaceFile } from '../../platform/replace-file.ts';
import { type AggregatedHealth, aggregateHealth, type Expectation } from './aggregate.ts';

/** Leads with a dot: readers of heartbeats pass it over. */
export const AGGREGATE_FILE = '.aggregated-health.json';

const EVERY_MS = 5_000;

export interface HealthWorkerOptions {
  readonly folder: string;
  readonly expectations: readonly Expectation[];
  readonly logger: Logger;
}

/** How the last round went; `measuredAt` is RFC 3339, null before the first. */
interface HealthWorkerFacts {
  readonly measuredAt: string | null;
  readonly problem: string | null;
}

export interface HealthWorker {
  facts(): HealthWorkerFacts;
  stop(): Promise<void>;
}

/** Measures everything every few seconds and leaves the aggregate for whoever looks. */
export function startHealthWorker(
  needs: Pick<Needs, 'heartbeats' | 'clock'>,
  { folder, expectations, logger }: HealthWorkerOptions,
): HealthWorker {
  const stopping = new AbortController();
  let last: Health | null = null;
  let facts: HealthWorkerFacts = { measuredAt: null, problem: null };
  const ended = run();
  return {
    facts: () => facts,
    stop: () => {
      stopping.abort();
      return ended;
    },
  };

  async function run(): Promise<void> {
    for (let sequence = 1; !stopping.signal.aborted; sequence += 1) {
      try {
        const measured = await aggregateHealth(needs, expectations);
        tellChange(measured);
        const document = { ...measured, pid: process.pid, sequence };
        await replaceFile(join(folder, AGGREGATE_FILE), `${JSON.stringify(document, null, 2)}\n`);
        facts = { measuredAt: measured.at, problem: null };
      } catch (error) {
        facts = { ...facts, problem: error instanceof Error ? error.message : String(error) };
        logger.error('health was not aggregated', { error });
      }
      await needs.clock.sleep(EVERY_MS, stopping.signal);
    }
  }

  function tellChange({ health, components }: AggregatedHealth): void {
    if (health === last) return;
    last = health;
    const reasons = components
      .filter((one) => one.health !== 'healthy')
      .map((one) => `${one.component}: ${one.reason}`);
    logger[health === 'healthy' ? 'info' : 'warn'](`health is ${health}`, { reasons });
  }
}
