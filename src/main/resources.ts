import { hostname } from 'node:os';
import { keepBeating } from '../app/keep-beating.ts';
import { runUnderSupervisor } from '../platform/supervised.ts';
import { startResourcesWorker } from '../workers/resources/worker.ts';
import { packageRootOf, processVariables, readConfig } from './config.ts';
import { wire } from './wire.ts';

await runUnderSupervisor(async () => {
  const config = readConfig(processVariables(), packageRootOf(import.meta.dirname));
  const { home } = config;
  const who = { component: 'resources', instance: hostname() };
  const { needs, logger, close } = await wire(config, { ...who, console: 'none' });
  const worker = startResourcesWorker(needs, { folder: home.heartbeats, home: home.root, logger });
  const over = new AbortController();
  const report = () => ({ status: 'healthy' as const, details: { measured: worker.last()?.at ?? null } });
  const beating = keepBeating(needs, { ...who, pid: process.pid, report }, over.signal);
  return {
    details: {},
    stop: async () => {
      await worker.stop();
      over.abort();
      await beating;
      await close();
    },
  };
});
