import { startResourcesWorker } from '../workers/resources/worker.ts';
import { runWorker } from './worker-process.ts';

/** Samples the machine and leaves `.resource.json` with its history. */
await runWorker('resources', ({ config: { home }, needs, logger }) =>
  startResourcesWorker(needs, { folder: home.heartbeats, home: home.root, logger }),
);
