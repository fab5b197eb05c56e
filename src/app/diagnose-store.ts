import type { Health } from '../core/health/heartbeat.ts';
import type { Finding } from '../ports/dependency.ts';
import type { Diagnosis, DiagnosisState } from './diagnose.ts';
import { type DependencyStatus, sayFinding } from './measure-dependency.ts';

const STATES: Readonly<Record<Health, DiagnosisState>> = {
  healthy: 'ok',
  degraded: 'degraded',
  unknown: 'refused',
  unhealthy: 'refused',
};

/** The store itself, its clock, and each setting of it that is not as it should be. `setting` names where it is. */
export function diagnosesOfStore(status: DependencyStatus, setting: string): readonly Diagnosis[] {
  const clock = clockOf(status);
  const settings = status.findings.filter((finding) => clock === null || !isOfClock(finding));
  return [
    storeItself(status, setting),
    ...settings.map((finding) => ofFinding(status.name, finding)),
    ...(clock === null ? [] : [clock]),
  ];
}

function storeItself({ findings, ...status }: DependencyStatus, setting: string): Diagnosis {
  const { name: what, health, problem, serves, version, latencyMs } = status;
  if (latencyMs === null) {
    const fix = `see that it runs and can be reached from here, or correct ${setting}`;
    return { what, state: STATES[health], saw: problem ?? 'no answer', fix };
  }
  const saw = `${version === null ? '' : `${version}, `}${Math.round(latencyMs)} ms, serves ${serves.join(', ')}`;
  return { what, state: 'ok', saw, fix: null };
}

function ofFinding(name: string, finding: Finding): Diagnosis {
  const { setting, fix } = finding;
  return { what: `${name}, ${setting}`, state: 'degraded', saw: sayFinding(finding), fix };
}

/** Null where a store does not tell its time. How far is too far, and what it means, is for the store to say. */
function clockOf({ name, details, findings }: DependencyStatus): Diagnosis | null {
  const difference = Object(details).clockDifferenceMs;
  if (typeof difference !== 'number') return null;
  const what = `clock of ${name}`;
  const saw = `${Math.abs(difference)} ms ${difference < 0 ? 'behind' : 'ahead of'} the clock of this machine`;
  const finding = findings.find(isOfClock);
  if (finding === undefined) return { what, state: 'ok', saw, fix: null };
  return { what, state: 'degraded', saw: `${saw}, expected ${finding.expected}`, fix: finding.fix };
}

function isOfClock({ setting }: Finding): boolean {
  return /clock/i.test(setting);
}
