import type { Needs } from '../../app/needs.ts';
import { freshnessOf } from '../../core/health/freshness.ts';
import type { Health, Heartbeat } from '../../core/health/heartbeat.ts';
import { type ComponentHealth, type Probe, rollUp, rollUpComponent } from '../../core/health/roll-up.ts';

/** One component of this installation: what it owes, and how it is asked. */
export interface Expectation {
  readonly component: string;
  /** It writes heartbeats. */
  readonly beats: boolean;
  /** Asks it something real before `signal` aborts; null where it has nothing to ask. */
  readonly probe: ((signal: AbortSignal) => Promise<Probe>) | null;
}

/** The content of `.aggregated-health.json`; docs/schemas/aggregated-health.schema.json publishes its form. */
export interface AggregatedHealth {
  readonly schema: 1;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly health: Health;
  readonly components: readonly ComponentHealth[];
  /** Heartbeat files that say nothing: never skipped in silence. */
  readonly unreadable: readonly { readonly file: string; readonly problem: string }[];
}

const DEADLINE_MS = 2_000;

/** Measures every component now, all probes side by side, each with the same deadline. */
export async function aggregateHealth(
  needs: Pick<Needs, 'heartbeats' | 'clock'>,
  expectations: readonly Expectation[],
): Promise<AggregatedHealth> {
  const [probes, files] = await Promise.all([
    Promise.all(expectations.map((expectation) => ask(needs, expectation))),
    needs.heartbeats.read(),
  ]);
  const now = needs.clock.now();
  const heartbeats = files.flatMap((file) => (file.kind === 'read' ? [file.heartbeat] : []));
  const expected = expectations.map(({ component, beats }, index) =>
    rollUpComponent({
      component,
      expected: true,
      beats,
      instances: instancesOf(component, heartbeats, now),
      probe: probes[index] ?? { kind: 'missed', problem: 'it was left out' },
    }),
  );
  const components = [...expected, ...others(expectations, heartbeats, now)];
  return {
    schema: 1,
    at: new Date(now).toISOString(),
    health: rollUp(components),
    components,
    unreadable: files.flatMap((file) =>
      file.kind === 'unreadable' ? [{ file: file.file, problem: file.problem }] : [],
    ),
  };
}

async function ask({ clock }: Pick<Needs, 'clock'>, { probe }: Expectation): Promise<Probe> {
  if (probe === null) return { kind: 'none' };
  const late = new AbortController();
  const answered = new AbortController();
  const deadline = clock.sleep(DEADLINE_MS, answered.signal).then((): Probe => {
    late.abort();
    return { kind: 'failed', problem: `no answer within ${DEADLINE_MS} ms` };
  });
  try {
    return await Promise.race([deadline, probe(late.signal)]);
  } catch (error) {
    return { kind: 'failed', problem: error instanceof Error ? error.message : String(error) };
  } finally {
    answered.abort();
  }
}

function instancesOf(component: string, heartbeats: readonly Heartbeat[], now: number) {
  return heartbeats
    .filter((heartbeat) => heartbeat.component === component)
    .map((heartbeat) => ({ heartbeat, freshness: freshnessOf(heartbeat, now) }));
}

/** Whoever else beats is shown too. */
function others(
  expectations: readonly Expectation[],
  heartbeats: readonly Heartbeat[],
  now: number,
): ComponentHealth[] {
  const known = new Set(expectations.map(({ component }) => component));
  const names = new Set(heartbeats.map(({ component }) => component).filter((name) => !known.has(name)));
  return [...names].map((component) =>
    rollUpComponent({
      component,
      expected: false,
      beats: true,
      instances: instancesOf(component, heartbeats, now),
      probe: { kind: 'none' },
    }),
  );
}
