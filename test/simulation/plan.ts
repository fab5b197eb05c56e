import type { Focus } from './engine/fault-plan.ts';
import type { Random } from './engine/random.ts';
import { kindsAt, POINTS, type Point } from './fault-points.ts';

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
  /**
   * The disk says that a ref is synced when it is not. Nobody else commits then: on top of what a lie took away that
   * would be a branch that only a person can judge.
   */
  readonly lyingDisk: boolean;
  /** How often power fails whatever is going on, beside the faults. */
  readonly powerCuts: number;
  /**
   * A takeover kills nobody and the kernel lock keeps nobody out: two of the three layers are gone, and the fence has to
   * hold alone.
   */
  readonly fenceAlone: boolean;
  /** The branch lives on a server that others push to as well. */
  readonly remote: boolean;
  /** How often a process is killed, beside the faults; most of them while something is being landed. */
  readonly kills: number;
  /** Share of the patches that change lines which others change, too. */
  readonly clashes: number;
}

/** The point at which faults are frequent, and of which kind. What few schedules come by is chosen more often. */
export function focusOf(random: Random): Focus {
  if (random.chance(0.08))
    return { point: random.pick(['refs.tip', 'refs.fence']), kind: 'stop', isRare: false };
  const point = random.pick(random.chance(0.5) ? RARE : POINTS);
  return { point, kind: random.pick(kindsAt(point)), isRare: RARE.includes(point) };
}

export function planOf(random: Random, { point, kind }: Focus): Plan {
  const plan = { ...anyPlan(random), ...TOWARDS[point] };
  if (kind === 'stop' && STALLS.has(point)) return { ...plan, ...AT_ODDS };
  if (plan.remote) return { ...plan, lyingDisk: false };
  return plan.lyingDisk ? { ...plan, commits: 0 } : plan;
}

const MANY = { authors: [3, 2], cancels: 0 };
const QUICK = { checkMs: 50, cooldownMs: 0, leaseTtlMs: 1_500 };
/** Lines that go back in the middle of a landing. */
const DISTURBED = { ...MANY, ...QUICK, kills: 12, runners: 2 };

/** Where a landing that stops has looked at the branch and not locked it. */
const STALLS: ReadonlySet<Point> = new Set<Point>([
  'refs.tip',
  'refs.fence',
  'refs.start',
  'git.read',
  'git.lock',
]);
/**
 * A successor finishes what was intended, and then the swap alone stops who comes back late. It does not where somebody
 * edits what the patch would run over: only then a patch that was about to land ends in another way.
 */
const AT_ODDS = {
  ...{ runners: 3, leaseTtlMs: 1_500, edits: 8, cancels: 0.5, checkFailures: 0.5, checkMs: 50, commits: 0 },
  ...{ cooldownMs: 0, jumps: 0, pauses: 0, fenceAlone: true, lyingDisk: false, remote: false },
} as const;

/** What lets a schedule come by a point that few come by. */
const TOWARDS: Readonly<Partial<Record<Point, Partial<Plan>>>> = {
  'ledger.record held': { edits: 4, ...MANY },
  'ledger.record released': { edits: 4, ...MANY },
  'ledger.record cancelled': { ...MANY, cancels: 0.8 },
  'ledger.record deferred': { ...MANY, cooldownMs: 600 },
  'ledger.record rejected': { ...MANY, checkFailures: 0.5 },
  'ledger.record retried': { ...MANY, checkErrors: 0.5 },
  'ledger.record failed': { ...MANY, checkErrors: 0.9 },
  'ledger.record outpaced': { ...MANY, commits: 20, checkMs: 3_000 },
  'ledger.record rescued': { ...DISTURBED, checkMs: 3_000 },
  'ledger.record checked': MANY,
  'ledger.record intended': MANY,
  'ledger.record landed': MANY,
  'ledger.record followed': MANY,
  'ledger.record attested': MANY,
  'evidence.keep': MANY,
  'leaser.release': { restarts: 1 },
  'workspaces.pause': { pauses: 3, authors: [1, 1, 1] },
  'chains.append': { ...MANY, ...QUICK, lyingDisk: true, powerCuts: 4 },
  'remote.look': { remote: true },
  'remote.fetch': { remote: true, commits: 4, authors: [3, 2] },
  'remote.push': { remote: true },
  'chains.about': { ...MANY, relays: 1 },
  'summaries.write': { ...MANY, relays: 1 },
  'repository.paths': { authors: [3, 3], clashes: 1 },
  'repository.commit': MANY,
  'repository.build-tree': MANY,
  'repository.checkout': MANY,
  'outputs.keep': MANY,
  'refs.mark': { restarts: 1 },
  'refs.is-ancestor': { ...MANY, commits: 20, checkMs: 3_000 },
  'refs.tip': MANY,
  'git.unlock': MANY,
  'history.holds': MANY,
  'history.commit': MANY,
  'sandbox.run': MANY,
  'policy.rules': MANY,
  'leaser.name-writer': { restarts: 1 },
  'refs.end-predecessor': { restarts: 1 },
  'audit.append': { relays: 2 },
  'audit.open': { relays: 2 },
  'audit.close': { relays: 2 },
  'refs.clear-locks': DISTURBED,
  // Nothing lands later whose sync would make durable what was believed too early.
  'refs.sync': { ...QUICK, authors: [1], cancels: 0, checkErrors: 0, commits: 0, powerCuts: 2 },
  'history.is-ancestor': { commits: 3, powerCuts: 2 },
};
/** The rarest more than once; a sync, because what goes wrong without it needs two more misfortunes. */
const RARE: readonly Point[] = [
  ...(Object.keys(TOWARDS) as Point[]),
  ...(['chains.append', 'chains.append', 'ledger.record outpaced', 'refs.is-ancestor'] as const),
  ...(['leaser.release', 'leaser.release', 'refs.sync', 'refs.sync'] as const),
  'ledger.record attested',
];

function anyPlan(random: Random): Plan {
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
    powerCuts: sometimes(0.05, 2),
    remote: random.chance(0.15),
    fenceAlone: random.chance(0.05),
    kills: sometimes(0.05, 3),
    clashes: 0.4,
  };
}
