import { startRelay } from '../workers/relay/relay.ts';
import { runWorker } from './worker-process.ts';

/** Carries what happened out of the ledger: into the audit log and the summaries. */
await runWorker('relay', ({ config, instance, needs, publishing, logger }) =>
  startRelay(needs, {
    owner: `relay/${instance}`,
    leaseTtlMs: config.leaseTtlMs,
    webhooks: needs.webhooks,
    ...(publishing === null ? {} : { publishing }),
    logger,
  }),
);
