import { probeMongo } from '../adapters/mongo/probe.ts';
import type { Needs } from '../app/needs.ts';
import type { Probe } from '../core/health/roll-up.ts';
import type { Secret } from '../platform/secret.ts';
import type { Expectation } from '../workers/health/aggregate.ts';
import { probeHttp } from '../workers/health/probe-http.ts';
import type { Config } from './config.ts';
import { readRunning } from './running.ts';

const STORE_TIMEOUT_MS = 1_500;

/** Every component that this installation consists of, and how each is asked. */
export function expectationsOf(
  config: Config,
  { dependencies }: Pick<Needs, 'dependencies'>,
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
    ...dependencies.map(
      ({ name, measure }): Expectation => ({
        component: name,
        beats: false,
        probe: async () => ({ kind: 'answered', latencyMs: Math.round((await measure()).latencyMs) }),
      }),
    ),
    ...store('mongo', config.ledger.kind === 'mongodb' ? config.ledger.url : null, probeMongo),
  ];
}

type StoreProbe = (
  url: string,
  timeoutMs: number,
) => Promise<
  | { readonly kind: 'answers'; readonly latencyMs: number }
  | { readonly kind: 'silent'; readonly problem: string }
>;

/** A store is expected where it is configured, and nowhere else. */
function store(component: string, url: Secret | null, ask: StoreProbe): readonly Expectation[] {
  if (url === null) return [];
  const probe = async (): Promise<Probe> => {
    const told = await ask(url.expose(), STORE_TIMEOUT_MS);
    if (told.kind === 'silent') return { kind: 'failed', problem: told.problem };
    return { kind: 'answered', latencyMs: told.latencyMs };
  };
  return [{ component, beats: false, probe }];
}
