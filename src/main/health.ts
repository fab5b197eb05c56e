import { type Running, runUnderSupervisor } from '../platform/supervised.ts';
import { startHealthWorker } from '../workers/health/worker.ts';
import { type Config, packageRootOf, processVariables, readConfig } from './config.ts';
import { expectationsOf } from './expectations.ts';
import { newInstance } from './instance.ts';
import { beat } from './service.ts';
import { wire } from './wire.ts';

/** Measures every component and leaves `.aggregated-health.json`. */
async function startHealthProcess(config: Config): Promise<Running> {
  const who = { component: 'health', instance: newInstance('health') };
  const wired = await wire(config, { ...who, console: 'none' });
  const worker = startHealthWorker(wired.needs, {
    folder: config.home.heartbeats,
    expectations: expectationsOf(config, wired.needs),
    logger: wired.logger,
  });
  const stopBeating = beat(wired, {
    ...who,
    // How it is itself; how the others are is in what it measures.
    report: () => ({
      status: worker.facts().problem === null ? 'healthy' : 'degraded',
      details: { ...worker.facts() },
    }),
  });
  return {
    details: {},
    stop: async () => {
      await worker.stop();
      await stopBeating();
      await wired.close();
    },
  };
}

await runUnderSupervisor(() =>
  startHealthProcess(readConfig(processVariables(), packageRootOf(import.meta.dirname))),
);
