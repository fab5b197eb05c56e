import { keepPruned } from '../app/prune-outputs.ts';
import type { Health } from '../core/health/heartbeat.ts';
import type { StepObserver } from '../core/patch/landing-step.ts';
import { runnerApp } from '../gateway/app.ts';
import type { Running } from '../platform/supervised.ts';
import { announcedSlots, watchFleet } from '../workers/runner/fleet.ts';
import { problemOfLanes } from '../workers/runner/lane-problem.ts';
import { startRunner } from '../workers/runner/runner.ts';
import { addressOf } from './address.ts';
import type { Config } from './config.ts';
import { newInstance } from './instance.ts';
import { beat, HTTP_GRACE_MS, httpSettings, serve } from './service.ts';
import { tellStores } from './tell-stores.ts';
import { type Wired, wire } from './wire.ts';

/** How long a stop waits for the patch under way; after that its check is broken off and the next start rescues it. */
const DRAIN_MS = 10_000;

/** Executes patches: one lane for each workspace. `observe` is told of every step of every landing. */
export async function runnerProcess(config: Config, observe: StepObserver): Promise<Running> {
  const instance = newInstance('runner');
  const wired = await wire(config, { component: 'runner', instance, console: 'none' });
  const { needs, logger } = wired;
  tellStores(wired);
  const isolation = await needs.sandbox.isolation();
  if (isolation.level < 2)
    logger.warn('checks run with weak isolation', {
      level: isolation.level,
      description: isolation.description,
    });
  const { slots, leaseTtlMs, cooldownMs } = config;
  const fleet = slots === null ? null : watchFleet(needs, { component: 'runner', instance, slots });
  const runner = startRunner(needs, {
    ...{ owner: `runner/${instance}`, leaseTtlMs, cooldownMs, drainMs: DRAIN_MS, logger },
    ...{ slots, part: () => fleet?.part() ?? 1 },
    observe: async (step, subject) => {
      logger.debug(step, { subject });
      await observe(step, subject);
    },
  });
  const details = () => ({
    isolation: { ...isolation },
    cooldownMs,
    slots: runner.slots(),
    lanes: runner.facts().map((lane) => ({ ...lane })),
  });
  let isStopping = false;
  const called = { instance, isStopping: () => isStopping };
  const app = runnerApp({ needs, logger, settings: httpSettings(config), facts: details, called });
  const server = await serve(app, {
    endpoint: config.runner,
    what: 'The runner',
    now: () => needs.clock.now(),
  });
  const presence = beat(wired, {
    ...{ component: 'runner', instance, details: announcedSlots(slots) },
    address: addressOf(config, config.runner, server),
    report: () => {
      const problem = problemOfLanes(runner.facts());
      const status: Health = problem === null ? 'healthy' : 'degraded';
      return { status, details: { ...details(), ...(problem !== null && { problem }) } };
    },
  });
  const pruning = startPruning(wired, `runner/${instance}`);
  logger.info('the runner listens', { url: server.url, isolation: isolation.level });
  return {
    details: {
      url: server.url,
      port: server.port,
      isolation: isolation.level,
      isolationDescription: isolation.description,
    },
    // Nobody begins anything with it first; then what runs comes to its end, and each lease is given back as its line does.
    stop: async () => {
      isStopping = true;
      await presence.withdraw();
      await fleet?.stop();
      await runner.stop();
      await pruning.stop();
      await server.close(HTTP_GRACE_MS);
      await presence.end();
      await wired.close();
    },
    hurry: () => runner.hurry(),
  };
}

/** Old outputs of checks are this machine's to remove. */
function startPruning({ needs, logger }: Wired, actor: string): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const tell = (error: unknown) => logger.warn('old outputs could not be removed', { error });
  const pruning = keepPruned(needs, { actor, tell }, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await pruning;
    },
  };
}
