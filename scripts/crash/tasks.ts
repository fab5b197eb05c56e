import { LANDING_STEPS } from '../../src/core/patch/landing-step.ts';
import { acceptUnderFault, pointsOfAcceptance } from '../../test/crash/harness/acceptance.ts';
import { type CallPoint, type Fault, STEP_FAULTS } from '../../test/crash/harness/fault.ts';
import { faultsAt, pointsOfLanding } from '../../test/crash/harness/points.ts';
import { race, randomOf } from '../../test/crash/harness/race.ts';
import { Scene } from '../../test/crash/harness/scene.ts';
import type { Trial } from '../../test/crash/harness/trial.ts';
import type { Trials } from '../../test/crash/harness/trials.ts';

export const PARTS = ['steps', 'stops', 'clocks', 'races', 'calls', 'random'] as const;
export type Part = (typeof PARTS)[number];

export interface Wanted {
  readonly parts: readonly Part[];
  /** How many in all: a sample of what the parts list, or all of that and random ones. Null: what they list, once. */
  readonly faults: number | null;
  readonly seed: number;
}

const RACES = 10;
const KILLS_IN_A_RACE = 6;
/** A landing takes about half of it on a machine that is not busy. */
const MOMENTS_MS = 300;

/** Every fault that was asked for, the random ones last. */
export async function faultsWanted({ parts, faults, seed }: Wanted): Promise<readonly Fault[]> {
  const has = (part: Part) => parts.includes(part);
  const named = STEP_FAULTS.filter((how) =>
    has(how === 'stop' ? 'stops' : how === 'forward' || how === 'back' ? 'clocks' : 'steps'),
  ).flatMap((how) => LANDING_STEPS.map((step) => ({ kind: 'step', step, how }) as const));
  const points = has('calls') || has('stops') || has('random') ? await pointsOfLanding() : [];
  const atCalls = points.flatMap(faultsAt).filter(({ how }) => has(how === 'stop' ? 'stops' : 'calls'));
  const accepts = has('calls') ? await faultsOfAcceptance() : [];
  const races = Array.from({ length: has('races') ? RACES : 0 }, (_, n) => raceOf(seed + n));
  const listed = [...named, ...races, ...atCalls, ...accepts];
  if (faults !== null && listed.length > faults) return sampleOf(listed, faults, seed);
  const left = has('random') ? (faults ?? 0) - listed.length - races.length * (KILLS_IN_A_RACE - 1) : 0;
  return [...listed, ...randomFaults(points, Math.max(0, left), seed)];
}

function sampleOf(listed: readonly Fault[], count: number, seed: number): readonly Fault[] {
  const random = randomOf(seed);
  const left = [...listed];
  return Array.from({ length: count }, () => left.splice(random(left.length), 1)).flat();
}

function randomFaults(points: readonly CallPoint[], count: number, seed: number): readonly Fault[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, (): Fault => {
    const kind = random(10);
    if (kind < 6) return { kind: 'moment', afterMs: random(MOMENTS_MS), how: 'kill' };
    if (kind === 6) return { kind: 'moment', afterMs: random(MOMENTS_MS), how: 'stop' };
    const faults = faultsAt(points[random(points.length)] as CallPoint);
    return faults[random(faults.length)] as Fault;
  });
}

function raceOf(seed: number): Fault {
  return { kind: 'race', seed, how: 'kill' };
}

async function faultsOfAcceptance(): Promise<readonly Fault[]> {
  const scene = await Scene.open();
  try {
    const points = [
      ...(await pointsOfAcceptance(scene, 'main')),
      ...(await pointsOfAcceptance(scene, 'ledger')),
    ];
    return points.map((at) => ({ kind: 'accept', at, how: 'kill' }));
  } finally {
    await scene.close();
  }
}

/** One fault on a line that others were inflicted on before. */
export function inflictOn(
  scene: Scene,
  trials: Trials,
  fault: Fault,
): Promise<Trial & { readonly kills?: number }> {
  switch (fault.kind) {
    case 'race':
      return race(scene, fault.seed);
    case 'accept':
      return acceptUnderFault(scene, fault.at);
    default:
      return trials.inflict(fault);
  }
}
