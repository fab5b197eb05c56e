import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Needs } from '../../app/needs.ts';
import type { Logger } from '../../platform/logger.ts';
import { replaceFile } from '../../platform/replace-file.ts';
import { type Rounds, startRounds } from '../../platform/rounds.ts';
import { openHistory } from './history.ts';
import { type Counters, type ResourceSample, takeSample } from './sample.ts';

/** Both lead with a dot: readers of heartbeats pass them over. */
export const RESOURCE_FILE = '.resource.json';
export const HISTORY_FILE = '.resource-history.jsonl';

const EVERY_MS = 5_000;
/** An hour: enough for a forecast of the next one. */
const KEPT_SAMPLES = 720;

export interface ResourcesWorkerOptions {
  readonly folder: string;
  readonly home: string;
  readonly logger: Logger;
}

/** Samples the machine and the processes of Ghost every few seconds. */
export function startResourcesWorker(
  needs: Pick<Needs, 'heartbeats' | 'clock'>,
  { folder, home, logger }: ResourcesWorkerOptions,
): Rounds {
  const delays = watchDelays();
  const history = openHistory(join(folder, HISTORY_FILE), KEPT_SAMPLES);
  let counters: Counters | null = null;
  const rounds = startRounds({
    clock: needs.clock,
    everyMs: EVERY_MS,
    round: async (sequence) => {
      const sources = { now: needs.clock.now(), home, heartbeats: await readHeartbeats(needs) };
      const measured = await takeSample({ ...sources, eventLoopDelay: delays.since() }, counters);
      counters = measured.counters;
      const document = { ...measured.sample, pid: process.pid, sequence };
      await replaceFile(join(folder, RESOURCE_FILE), `${JSON.stringify(document, null, 2)}\n`);
      await (await history).append(document);
      return document.at;
    },
    failed: (error) => logger.error('resources were not sampled', { error }),
  });
  return { facts: rounds.facts, stop: () => rounds.stop().finally(delays.stop) };
}

/** One sample for whoever asks, its rates measured over `overMs`. */
export async function sampleOnce(
  needs: Pick<Needs, 'heartbeats' | 'clock'>,
  { home, overMs }: { readonly home: string; readonly overMs: number },
): Promise<ResourceSample> {
  const delays = watchDelays();
  const heartbeats = await readHeartbeats(needs);
  const sources = () => ({ now: needs.clock.now(), home, heartbeats, eventLoopDelay: delays.since() });
  const first = await takeSample(sources(), null);
  await needs.clock.sleep(overMs);
  const { sample } = await takeSample(sources(), first.counters);
  delays.stop();
  return sample;
}

async function readHeartbeats({ heartbeats }: Pick<Needs, 'heartbeats'>) {
  return (await heartbeats.read()).flatMap((file) => (file.kind === 'read' ? [file.heartbeat] : []));
}

const RESOLUTION_MS = 20;

/** How late timers fire, from Node's own histogram; its resolution, which it counts in, is taken off. */
function watchDelays() {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const late = (nanoseconds: number) =>
    Number.isFinite(nanoseconds) ? Math.max(0, Math.round(nanoseconds / 1e4 - RESOLUTION_MS * 100) / 100) : 0;
  return {
    since: () => {
      const { mean, max } = histogram;
      const told = { meanMs: late(mean), p99Ms: late(histogram.percentile(99)), maxMs: late(max) };
      histogram.reset();
      return told;
    },
    stop: () => void histogram.disable(),
  };
}
