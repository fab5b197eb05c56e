import type { Random } from './engine/random.ts';

/** What a schedule is made of, drawn once at its start: each seed stresses something else. */
export interface Plan {
  readonly runners: number;
  readonly relays: number;
  /** Patches that each author submits, one after the other. */
  readonly authors: readonly number[];
  readonly leaseTtlMs: number;
  readonly cooldownMs: number;
  /** The longest check. */
  readonly checkMs: number;
  readonly checkFailures: number;
  readonly checkErrors: number;
  /** Share of the patches that their author cancels again. */
  readonly cancels: number;
  /** Share of the runners that are asked to stop while they work. */
  readonly restarts: number;
  /** How often somebody else commits to the branch. */
  readonly commits: number;
  /** How often somebody edits a file in the work tree for a while. */
  readonly edits: number;
  /** How often somebody sets the wall clock. */
  readonly jumps: number;
  /** How often an operator stops the line for a while. */
  readonly pauses: number;
  readonly stepMs: number;
  readonly slowness: number;
  /** The disk says that a ref is synced when it is not. */
  readonly lyingDisk: boolean;
}

export function planOf(random: Random): Plan {
  const sometimes = (share: number, most: number) => (random.chance(share) ? random.between(1, most) : 0);
  return {
    runners: random.pick([1, 2, 2, 2, 3]),
    relays: random.pick([0, 0, 0, 1, 2]),
    authors: random.pick([[1], [2], [1, 1], [2, 1], [1, 1, 1], [3, 1], [3, 2]]),
    leaseTtlMs: random.pick([1_500, 2_000, 4_000]),
    cooldownMs: random.pick([0, 0, 0, 0, 600]),
    checkMs: random.pick([50, 50, 500, 3_000]),
    checkFailures: random.pick([0, 0.05, 0.2]),
    checkErrors: random.pick([0, 0, 0, 0.1, 0.8]),
    cancels: random.pick([0, 0, 0.3]),
    restarts: random.pick([0, 0, 0.3]),
    commits: sometimes(0.4, 3),
    edits: sometimes(0.1, 2),
    jumps: sometimes(0.25, 3),
    pauses: sometimes(0.08, 1),
    stepMs: random.pick([2, 8, 30]),
    slowness: random.pick([0, 0.01, 0.05]),
    lyingDisk: random.chance(0.04),
  };
}
