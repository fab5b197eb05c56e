import { hostname } from 'node:os';
import { keepBeating } from '../app/keep-beating.ts';
import { runUnderSupervisor } from '../platform/supervised.ts';
import { startHealthWorker } from '../workers/health/worker.ts';
import { packageRootOf, processVariables, readConfig } from './config.ts';
import { expectationsOf } from './expectations.ts';
import { wire } from './wire.ts';

await runUnderSupervisor(async () => {
  const config = readConfig(processVariables(), packageRootOf(import.meta.dirname));
  const who = { component: 'health', instance: hostname() };
  const { needs, logger, close } = await wire(config, { ...who, console: 'none' });
  const expectations = expectationsOf(config, needs);
  const worker = startHealthWorker(needs, { folder: config.home.heartbeats, expectations, logger });
  const over = new AbortController();
  const report = () => {
    const last = worker.last();
    // It says how it is itself; how the others are is in what it measures.
    return {
      status: 'healthy' as const,
      details: { measured: last?.at ?? null, health: last?.health ?? 'unknown' },
    };
  };
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
