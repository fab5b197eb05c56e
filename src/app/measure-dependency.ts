import type { Health } from '../core/health/heartbeat.ts';
import type { Json } from '../core/json.ts';
import type { Dependency, Finding, Measured } from '../ports/dependency.ts';
import type { Needs } from './needs.ts';
import { sharedMeasurement } from './shared-measurement.ts';

const DEADLINE_MS = 2_000;

/** What was seen of something that Ghost rests on. */
export interface DependencyStatus {
  readonly name: string;
  /** The ports that it serves here. */
  readonly serves: readonly string[];
  readonly need: Dependency['need'];
  /** Lost: unhealthy where it is required, and degraded where losing it costs latency only. With findings that are not lasting: degraded. */
  readonly health: Health;
  readonly latencyMs: number | null;
  /** How long before this status was asked for it was looked at; 0 where it was for this one. */
  readonly ageMs: number;
  readonly version: string | null;
  /** Why it is not healthy. */
  readonly problem: string | null;
  readonly details: Json;
  readonly findings: readonly Finding[];
}

/** Asks it now, or joins whoever did a moment ago, and waits for no longer than whoever asks for a status does. Never rejects. */
export async function measureDependency(
  { clock }: Pick<Needs, 'clock'>,
  dependency: Dependency,
  deadlineMs = DEADLINE_MS,
): Promise<DependencyStatus> {
  const { ageMs, outcome } = sharedMeasurement({ clock }, dependency);
  const over = new AbortController();
  const deadline = clock.sleep(deadlineMs, over.signal).then(() => null);
  try {
    const measured = await Promise.race([outcome, deadline]);
    return measured === null
      ? lost(dependency, ageMs, `no answer within ${deadlineMs} ms`)
      : seen(dependency, ageMs, measured);
  } catch (error) {
    return lost(dependency, ageMs, error instanceof Error ? error.message : String(error));
  } finally {
    over.abort();
  }
}

export function sayFinding({ setting, got, expected }: Finding): string {
  return `${setting} is ${got}, expected ${expected}`;
}

function seen(dependency: Dependency, ageMs: number, { findings, ...measured }: Measured): DependencyStatus {
  const first = findings.find(({ lasting }) => !lasting);
  return {
    ...factsOf(dependency),
    ...measured,
    ageMs,
    health: first === undefined ? 'healthy' : 'degraded',
    problem: first === undefined ? null : sayFinding(first),
    findings,
  };
}

function lost(dependency: Dependency, ageMs: number, problem: string): DependencyStatus {
  const nothing = { latencyMs: null, version: null, details: null, findings: [] };
  return { ...factsOf(dependency), ...nothing, ageMs, health: withoutIt(dependency), problem };
}

function withoutIt({ need }: Dependency): Health {
  return need === 'required' ? 'unhealthy' : 'degraded';
}

function factsOf({ name, serves, need }: Dependency) {
  return { name, serves, need };
}
