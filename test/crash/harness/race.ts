import type { Lanes } from './lanes.ts';
import type { Scene } from './scene.ts';
import type { Trial } from './trial.ts';

const RUNNERS = 3;
const PATCHES = 6;
/** Shorter than one landing on a busy machine, so that holders lose their leases also where nobody dies. */
const LEASE_MS = 150;
const REST_LIMIT_MS = 60_000;

/** How many of them were killed, beside what every fault tells. */
export type Race = Trial & { readonly kills: number };

/** Several runners of one line, each killed and replaced at moments that the seed decides, while patches come in. */
export async function race(scene: Scene, seed: number): Promise<Race> {
  const random = randomOf(seed);
  const runners: Lanes[] = await Promise.all(Array.from({ length: RUNNERS }, () => started(scene)));
  let kills = 0;
  const violations: string[] = [];
  try {
    for (let n = 0; n < PATCHES; n++) {
      await scene.submit();
      await scene.installation.needs.clock.sleep(random(120));
      const at = random(RUNNERS);
      await runners[at]?.kill();
      kills += 1;
      runners[at] = await started(scene);
    }
    await scene.atRest(REST_LIMIT_MS);
    await Promise.all(runners.map((one) => one.rest()));
  } catch (error) {
    violations.push(error instanceof Error ? error.message : String(error));
  } finally {
    await Promise.all(runners.map((one) => one.kill()));
  }
  violations.push(...(await scene.violations()));
  const leftToPerson = scene.strangeLocks();
  for (const lock of leftToPerson) scene.removeLock(lock);
  return {
    fault: { kind: 'race', seed, how: 'kill' },
    reached: true,
    violations,
    leftToPerson,
    stoodStill: false,
    kills,
  };
}

async function started(scene: Scene): Promise<Lanes> {
  const lanes = await scene.lanes({ leaseMs: LEASE_MS }).wired();
  lanes.tell({ do: 'run' });
  return lanes;
}

/** Whole numbers below a bound, the same ones for the same seed: mulberry32. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
