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
  needs: Pick<Needs, 'dependencies' | 'registry' | 'clock'>,
): readonly Expectation[] {
  const service = (component: string): Expectation => ({
    ...{ component, beats: true },
    // Looked up at each probe: a service with port 0 is somewhere else after a restart.
    probe: (signal) => {
      const url = readRunning(config.home.runningFile)?.urls[component];
      return url === undefined ? probeListed(needs, component, signal) : probeHttp(url, signal);
    },
  });
  return [
    service('gateway'),
    service('runner'),
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

/** Where no `ghost up` started them, the list of the living tells where they answer; each of them has to. */
async function probeListed(
  { registry }: Pick<Needs, 'registry'>,
  component: string,
  signal: AbortSignal,
): Promise<Probe> {
  // Whoever cannot be found has not failed to answer.
  const listed = await registry.list(component).catch(() => []);
  const probes = await Promise.all(
    listed.flatMap(({ address }) => (address === null ? [] : [probeHttp(address, signal)])),
  );
  const worst = probes.find(({ kind }) => kind !== 'answered') ?? probes[0];
  return worst ?? { kind: 'missed', problem: 'nobody knows where it listens' };
}

function probeIn({ health, latencyMs, problem }: DependencyStatus): Probe {
  if (problem === null) return { kind: 'answered', latencyMs: Math.round(latencyMs ?? 0) };
  return { kind: health === 'unhealthy' ? 'failed' : 'weak', problem };
}
