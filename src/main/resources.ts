import { type Running, runUnderSupervisor } from '../platform/supervised.ts';
import { startResourcesWorker } from '../workers/resources/worker.ts';
import { type Config, packageRootOf, processVariables, readConfig } from './config.ts';
import { newInstance } from './instance.ts';
import { beat } from './service.ts';
import { wire } from './wire.ts';

/** Samples the machine and leaves `.resource.json` with its history. */
async function startResourcesProcess(config: Config): Promise<Running> {
  const { home } = config;
  const who = { component: 'resources', instance: newInstance('resources') };
  const wired = await wire(config, { ...who, console: 'none' });
  const worker = startResourcesWorker(wired.needs, {
    folder: home.heartbeats,
    home: home.root,
    logger: wired.logger,
  });
  const stopBeating = beat(wired, {
    ...who,
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
  startResourcesProcess(readConfig(processVariables(), packageRootOf(import.meta.dirname))),
);
