import { type DependencyStatus, measureDependency } from '../app/measure-dependency.ts';
import type { Needs } from '../app/needs.ts';
import type { Probe } from '../core/health/roll-up.ts';
import type { Expectation } from '../workers/health/aggregate.ts';
import { probeHttp } from '../workers/health/probe-http.ts';
import type { Config } from './config.ts';
import { readRunning } from './running.ts';

/** Every component that this installation consists of, and how each is asked. */
export function expectationsOf(
  config: Config,
  needs: Pick<Needs, 'dependencies' | 'clock'>,
): readonly Expectation[] {
  // Looked up at each probe: a service with port 0 is somewhere else after a restart.
  const urlOf = (name: string) => readRunning(config.home.runningFile)?.urls[name] ?? null;
  return [
    { component: 'gateway', beats: true, probe: (signal) => probeHttp(urlOf('gateway'), signal) },
    { component: 'runner', beats: true, probe: (signal) => probeHttp(urlOf('runner'), signal) },
    { component: 'relay', beats: true, probe: null },
    { component: 'health', beats: true, probe: null },
    { component: 'resources', beats: true, probe: null },
    ...(config.inbox === null ? [] : [{ component: 'inbox', beats: true, probe: null }]),
    ...needs.dependencies.map(
      (dependency): Expectation => ({
        component: dependency.name,
        beats: false,
        probe: async () => probeIn(await measureDependency(needs, dependency)),
      }),
    ),
  ];
}

function probeIn({ health, latencyMs, problem }: DependencyStatus): Probe {
  if (problem === null) return { kind: 'answered', latencyMs: Math.round(latencyMs ?? 0) };
  return { kind: health === 'unhealthy' ? 'failed' : 'weak', problem };
}
