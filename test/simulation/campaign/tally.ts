import type { FaultKind } from '../schedule.ts';

export const FAULT_KINDS = [
  'kill',
  'stop',
  'fail',
  'unknown',
  'power-loss',
] as const satisfies readonly FaultKind[];

/** How often each kind of fault changed an effect at one point. */
export type PointTally = Readonly<Record<FaultKind, number>>;

/** A schedule in which a guarantee did not hold. */
export interface Failure {
  readonly seed: number;
  /** Numbers of the faults it had, as `only` takes them. */
  readonly faults: readonly number[];
  readonly wrong: readonly string[];
}

/** What some schedules came to; two of them add up. */
export interface Tally {
  readonly schedules: number;
  readonly steps: number;
  readonly patches: number;
  readonly landed: number;
  readonly points: Readonly<Record<string, PointTally>>;
  readonly failed: number;
  /** The failures with the smallest seeds. */
  readonly failures: readonly Failure[];
}

const MOST_FAILURES = 10;
export const NO_FAULTS: PointTally = { kill: 0, stop: 0, fail: 0, unknown: 0, 'power-loss': 0 };

export const NOTHING: Tally = {
  ...{ schedules: 0, steps: 0, patches: 0, landed: 0, points: {}, failed: 0, failures: [] },
};

export function sum(one: Tally, other: Tally): Tally {
  const points: Record<string, PointTally> = { ...one.points };
  for (const [point, counts] of Object.entries(other.points)) points[point] = added(points[point], counts);
  return {
    schedules: one.schedules + other.schedules,
    steps: one.steps + other.steps,
    patches: one.patches + other.patches,
    landed: one.landed + other.landed,
    points,
    failed: one.failed + other.failed,
    failures: [...one.failures, ...other.failures].sort((a, b) => a.seed - b.seed).slice(0, MOST_FAILURES),
  };
}

function added(one: PointTally = NO_FAULTS, other: PointTally): PointTally {
  const sums = FAULT_KINDS.map((kind) => [kind, one[kind] + other[kind]] as const);
  return Object.fromEntries(sums) as Record<FaultKind, number>;
}

/** How many faults of each kind, over all points. */
export function faultsByKind({ points }: Tally): PointTally {
  return Object.values(points).reduce<PointTally>(added, NO_FAULTS);
}

export function faultCount(tally: Tally): number {
  return Object.values(faultsByKind(tally)).reduce((all, count) => all + count, 0);
}
