import { join } from 'node:path';
import { retireDead } from '../../../src/main/retire-dead.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { type SupervisorEvent, supervise } from '../../../src/platform/supervise.ts';
import type { Installation } from '../../../test/world/installation.ts';

/** The processes of one installation, each started again whenever it ends. */
export interface Fleet {
  /** Where gateways answer that are up as far as is known. */
  gateways(): readonly string[];
  /** Processes that run now, by what they are. */
  running(component: Component): readonly number[];
  /** How often a process was started again. */
  restarts(): number;
  stop(): Promise<void>;
  /** Ends everything at once, for an impatient operator. */
  kill(): void;
}

export type Component = 'gateway' | 'runner' | 'relay' | 'health';

export interface FleetOptions {
  readonly installation: Installation;
  /** The compiled product: it starts in half the time, and does not change under a run. */
  readonly built: string;
  readonly runners: number;
  readonly gateways: number;
  /** Nobody else's work rests on it. */
  readonly health?: 'measured';
}

/** An operator's budget would be spent after seconds here: what is asked is whether anything is lost, not whether to go on. */
const AT_ONCE = {
  starts: Number.MAX_SAFE_INTEGER,
  withinMs: 2_000,
  backoff: { baseMs: 50, capMs: 200 },
  degradedRetryMs: 200,
};
const READY_MS = 60_000;
const GRACE_MS = 30_000;

/** The product's own supervisor, with its own processes, under another policy of restarts and with more of each kind. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { installation, built, runners, gateways, health } = options;
  const urls = new Map<string, string>();
  let noted: Promise<unknown> = Promise.resolve();
  const workers = health === undefined ? ['relay'] : ['relay', 'health'];
  const names = [...workers, ...numbered('runner', runners), ...numbered('gateway', gateways)];
  const supervisor = supervise({
    children: names.map((name) => ({
      ...{ name, readyMs: READY_MS, graceMs: GRACE_MS },
      module: join(built, 'main', `${componentOf(name)}.js`),
    })),
    starting: 'at once',
    restarts: AT_ONCE,
    clock: systemClock,
    random: Math.random,
    onEvent: hear,
  });
  // Children inherit the environment of their supervisor, as under `ghost up`.
  Object.assign(process.env, installation.settings);
  await supervisor.start();
  return {
    gateways: () => [...urls.values()],
    running: (component) =>
      supervisor
        .children()
        .flatMap(({ name, pid }) => (pid !== null && componentOf(name) === component ? [pid] : [])),
    restarts: () => supervisor.children().reduce((sum, { restarts }) => sum + restarts, 0),
    stop: async () => {
      await supervisor.stop();
      await noted;
    },
    kill: () => supervisor.kill(),
  };

  function hear(event: SupervisorEvent): void {
    if (event.kind === 'ready' && typeof event.details.url === 'string' && event.child.startsWith('gateway'))
      urls.set(event.child, event.details.url);
    if (event.kind !== 'crashed' && event.kind !== 'degraded') return;
    urls.delete(event.child);
    noted = noted.then(() => retireDead(installation.needs)).catch(() => undefined);
  }
}

function numbered(component: Component, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${component}-${at + 1}`);
}

function componentOf(name: string): Component {
  return name.replace(/-\d+$/, '') as Component;
}
