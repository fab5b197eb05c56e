import { startHealthWorker } from '../workers/health/worker.ts';
import { expectationsOf } from './expectations.ts';
import { runWorker } from './worker-process.ts';

/** Measures every component and leaves `.aggregated-health.json`. Its own heartbeat says how it is itself. */
await runWorker('health', ({ config, needs, logger }) =>
  startHealthWorker(needs, {
    folder: config.home.heartbeats,
    expectations: expectationsOf(config, needs),
    logger,
  }),
);
