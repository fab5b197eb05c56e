import { type FaultKind, kindsAt, type Point } from '../fault-points.ts';
import type { Random } from './random.ts';
import type { Phase } from './step.ts';

export interface PlannedFault {
  readonly number: number;
  readonly point: Point;
  readonly kind: FaultKind;
}

/** Where faults are frequent, and of which kind they are there. */
export interface Focus {
  readonly point: Point;
  readonly kind: FaultKind;
  /** Few schedules come by it. */
  readonly isRare: boolean;
}

export interface FaultPlanOptions {
  readonly random: Random;
  readonly only: ReadonlySet<number> | null;
  readonly focus: Focus;
  readonly leaseTtlMs: number;
}

/** At every point now and then; at one point, another one in each schedule, often: so that rare ones are met as well. */
const ANYWHERE = 0.008;
/** Fewer, so that some are left when the schedule comes by a point that few come by. */
const BESIDE_RARE = 0.003;
const AT_FOCUS = 0.5;
/** Share of the faults at that point that are of the kind in focus. */
const IN_FOCUS = 0.75;

/** Which step meets a fault. A schedule has few of them: what only many together can break, few break as well. */
export class FaultPlan {
  readonly injected: PlannedFault[] = [];
  readonly #options: FaultPlanOptions;
  readonly #budget: number;
  #planned = 0;
  #healed = false;

  constructor(options: FaultPlanOptions) {
    const { random } = options;
    this.#options = options;
    this.#budget = random.chance(0.03) ? 0 : random.between(1, 8);
  }

  get isSpent(): boolean {
    return this.#healed || this.#planned >= this.#budget;
  }

  /** No fault from now on. */
  heal(): void {
    this.#healed = true;
  }

  next(point: Point, phase: Phase): FaultKind | null {
    const { random, only, focus } = this.#options;
    const elsewhere = focus.isRare ? BESIDE_RARE : ANYWHERE;
    if (this.isSpent || !random.chance(point === focus.point ? AT_FOCUS : elsewhere)) return null;
    const kind = this.#kindAt(point);
    // What was applied can no longer fail.
    if (kind === 'fail' && phase !== 'asked') return null;
    if (kind === 'power-loss' && point !== focus.point && random.chance(0.6)) return null;
    const number = this.#planned;
    this.#planned += 1;
    if (only !== null && !only.has(number)) return null;
    this.injected.push({ number, point, kind });
    return kind;
  }

  #kindAt(point: Point): FaultKind {
    const { random, focus } = this.#options;
    return point === focus.point && random.chance(IN_FOCUS) ? focus.kind : random.pick(kindsAt(point));
  }

  /** Half of all stops last longer than a lease, so that somebody takes over meanwhile. */
  stopMs(): number {
    const { random, leaseTtlMs } = this.#options;
    return random.chance(0.5) ? random.between(20, 800) : leaseTtlMs + random.between(0, 4 * leaseTtlMs);
  }
}
