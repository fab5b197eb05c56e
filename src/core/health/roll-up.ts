import type { Freshness } from './freshness.ts';
import type { Health, Heartbeat } from './heartbeat.ts';

/** From good to bad. What is not known may well be dead, so it is worse than what works badly. */
const FROM_GOOD_TO_BAD: readonly Health[] = ['healthy', 'degraded', 'unknown', 'unhealthy'];

/** The worst of several. Of none nothing is known. */
export function worstOf(healths: readonly Health[]): Health {
  const rank = Math.max(...healths.map((health) => FROM_GOOD_TO_BAD.indexOf(health)));
  return FROM_GOOD_TO_BAD[rank] ?? 'unknown';
}

/** What asking a component itself brought. */
export type Probe =
  /** It has nothing to ask. */
  | { readonly kind: 'none' }
  /** It could not even be asked, for instance because nobody knows where it listens. */
  | { readonly kind: 'missed'; readonly problem: string }
  | { readonly kind: 'answered'; readonly latencyMs: number }
  /** It works less well than it should, or does not and need not: what it is for is done without it. */
  | { readonly kind: 'weak'; readonly problem: string }
  | { readonly kind: 'failed'; readonly problem: string };

interface InstanceReading {
  readonly heartbeat: Heartbeat;
  readonly freshness: Freshness;
}

/** Everything observed of one component. */
export interface ComponentReading {
  readonly component: string;
  /** It belongs to this installation, so that its absence is a finding. */
  readonly expected: boolean;
  readonly beats: boolean;
  readonly instances: readonly InstanceReading[];
  readonly probe: Probe;
}

export interface ComponentHealth {
  readonly component: string;
  readonly expected: boolean;
  readonly health: Health;
  /** Age of the newest heartbeat; null where there is none. */
  readonly ageMs: number | null;
  /** Why it is not healthy, or what makes it so. */
  readonly reason: string;
  readonly probe: Probe;
  readonly instances: readonly InstanceHealth[];
}

interface InstanceHealth {
  readonly instance: string;
  readonly pid: number;
  readonly health: Health;
  readonly ageMs: number;
  readonly sequence: number;
  readonly problem: string | null;
  /** A departed one is told and does not weigh: a fresh sibling has its place. */
  readonly weighs: boolean;
}

/** A silent instance beside a fresh one is waited for as long as a restart may take. */
const DEPARTED_AFTER_MS = 60_000;

/** The worst of all that was observed of a component; what ought to have been observed and was not is unknown. */
export function rollUpComponent(reading: ComponentReading): ComponentHealth {
  const { component, expected, probe } = reading;
  const instances = weigh(reading.instances);
  const findings = [...heartbeatFindings(reading, instances), ...probeFindings(probe)];
  const health = worstOf(findings.map((finding) => finding.health));
  const reason = findings.find((finding) => finding.health === health)?.reason ?? 'nothing was measured';
  const ages = instances.map(({ ageMs }) => ageMs);
  return {
    component,
    expected,
    health,
    ageMs: ages.length > 0 ? Math.min(...ages) : null,
    reason,
    probe,
    instances,
  };
}

/** The worst of all components that are expected, and of others while they speak. */
export function rollUp(components: readonly ComponentHealth[]): Health {
  const weighing = components.filter(({ expected, health }) => expected || health !== 'unknown');
  return worstOf(weighing.map(({ health }) => health));
}

interface Finding {
  readonly health: Health;
  readonly reason: string;
}

function weigh(readings: readonly InstanceReading[]): InstanceHealth[] {
  const oneIsFresh = readings.some(({ freshness }) => freshness.health !== 'unknown');
  return readings.map(({ heartbeat, freshness }) => ({
    instance: heartbeat.instance,
    pid: heartbeat.pid,
    ...freshness,
    sequence: heartbeat.sequence,
    weighs: !(oneIsFresh && freshness.health === 'unknown' && freshness.ageMs > DEPARTED_AFTER_MS),
  }));
}

function heartbeatFindings(
  { beats, instances: readings }: ComponentReading,
  instances: readonly InstanceHealth[],
): Finding[] {
  const weighing = instances.filter(({ weighs }) => weighs);
  if (beats && weighing.length === 0) return [{ health: 'unknown', reason: 'there is no heartbeat of it' }];
  return weighing.map(({ instance, health, problem }) => {
    const said = readings.find(({ heartbeat }) => heartbeat.instance === instance)?.heartbeat;
    return { health, reason: `${instance}: ${problem ?? toldProblem(said) ?? `says that it is ${health}`}` };
  });
}

/** What a component that is not well says of it, in `details.problem`. */
export function toldProblem(heartbeat: Pick<Heartbeat, 'details'> | undefined): string | null {
  const details = heartbeat?.details;
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return null;
  const problem = Object.entries(details).find(([name]) => name === 'problem')?.[1];
  return typeof problem === 'string' ? problem.slice(0, LONGEST_PROBLEM) : null;
}

const LONGEST_PROBLEM = 2_000;

function probeFindings(probe: Probe): Finding[] {
  switch (probe.kind) {
    case 'none':
      return [];
    case 'missed':
      return [{ health: 'unknown', reason: `was not asked: ${probe.problem}` }];
    case 'failed':
      return [{ health: 'unhealthy', reason: `did not answer well: ${probe.problem}` }];
    case 'weak':
      return [{ health: 'degraded', reason: probe.problem }];
    case 'answered':
      return [{ health: 'healthy', reason: `answered in ${probe.latencyMs} ms` }];
  }
}
