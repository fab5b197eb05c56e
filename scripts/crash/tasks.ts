import { LANDING_STEPS } from '../../src/core/patch/landing-step.ts';
import { acceptUnderFault, pointsOfAcceptance } from '../../test/crash/harness/acceptance.ts';
import {
  type CallFault,
  type CallPoint,
  type Fault,
  isThread,
  STEP_FAULTS,
  THREADS,
} from '../../test/crash/harness/fault.ts';
import { race, randomOf } from '../../test/crash/harness/race.ts';
import { Scene } from '../../test/crash/harness/scene.ts';
import { type Trial, Trials } from '../../test/crash/harness/trials.ts';

export const PARTS = ['steps', 'stops', 'clocks', 'races', 'calls', 'random'] as const;
export type Part = (typeof PARTS)[number];

export interface Wanted {
  readonly parts: readonly Part[];
  /** How many in all; what the other parts leave of it is random. Null: the other parts once. */
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
  const left = has('random') ? (faults ?? 0) - listed.length - races.length * (KILLS_IN_A_RACE - 1) : 0;
  return [...listed, ...randomFaults(points, Math.max(0, left), seed)];
}

/** A stop is of the whole runner at its threads' calls. Of its processes only the writer is waited for with a limit. */
function faultsAt(at: CallPoint): readonly Fault[] {
  const ofProcess: readonly CallFault[] =
    at.who === 'writer' ? ['kill', 'orphan', 'stop'] : ['kill', 'orphan'];
  return (isThread(at.who) ? (['kill', 'stop'] as const) : ofProcess).map((how) => ({
    kind: 'call',
    at,
    how,
  }));
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

/** Every mutating system call of one landing, as seen once: of each thread of the runner and of each process it starts. */
export async function pointsOfLanding(): Promise<readonly CallPoint[]> {
  const scene = await Scene.open();
  const trials = new Trials(scene);
  try {
    // The first landing of a repository makes folders that later ones find.
    await trials.enumerate(null);
    const points: CallPoint[] = [];
    for (const thread of THREADS) points.push(...(await trials.enumerate(thread)));
    points.push(...(await trials.enumerate(null)));
    return points;
  } finally {
    await trials.close();
    await scene.close();
  }
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
