import { type Running, runUnderSupervisor } from '../platform/supervised.ts';
import { startRelay } from '../workers/relay/relay.ts';
import { type Config, packageRootOf, processVariables, readConfig } from './config.ts';
import { newInstance } from './instance.ts';
import { beat } from './service.ts';
import { wire } from './wire.ts';

/** Carries what happened out of the ledger: into the audit log and the summaries. */
async function startRelayProcess(config: Config): Promise<Running> {
  const instance = newInstance('relay');
  const wired = await wire(config, { component: 'relay', instance, console: 'none' });
  const relay = startRelay(wired.needs, {
    owner: `relay/${instance}`,
    leaseTtlMs: config.leaseTtlMs,
    logger: wired.logger,
  });
  const stopBeating = beat(wired, {
    ...{ component: 'relay', instance },
    report: () => ({
      status: relay.facts().problem === null ? 'healthy' : 'degraded',
      details: { ...relay.facts() },
    }),
  });
  return {
    details: {},
    stop: async () => {
      await relay.stop();
      await stopBeating();
      await wired.close();
    },
  };
}

await runUnderSupervisor(() =>
  startRelayProcess(readConfig(processVariables(), packageRootOf(import.meta.dirname))),
);
