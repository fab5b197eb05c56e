/*
 * How runners share the lines. A runner with slots has no more lines in hand, that is under lease, than it has slots: a line that
 * waits here is free for every other runner. Lines with work wait in the order in which they came to have it. Between two patches
 * a line gives slot and lease back and goes to the end: after a turn, where another one waits here or where the runner has more than its
 * share in hand; at once where it has nothing to do and another one waits; after some rest in any case. The share of a runner is
 * that of its slots in those of all living runners. It takes more only of lines that nobody else took for a while. Without a
 * limit a line stays in hand for as long as its runner lives.
 */
import type { Clock } from '../../platform/clock.ts';

/** What a turn ends with, whichever comes first; a patch under way is never broken off by it. */
const TURN_PATCHES = 5;
const TURN_MS = 10_000;
/** A line at rest is kept for so long, so that patches that follow each other slowly need no new lease each. */
const KEPT_AT_REST_MS = 5_000;
/** Twice as long as another runner needs at most to see that a line is free. */
const LEFT_TO_OTHERS_MS = 2_000;

export interface SlotOptions {
  /** How many lines may be in hand at a time; null for all. */
  readonly limit: number | null;
  /** The part of this runner in the slots of all living runners, above 0 and at most 1. */
  readonly part: () => number;
  readonly clock: Pick<Clock, 'monotonic'>;
}

interface Stay {
  readonly since: number;
  patches: number;
  /** Null while it has something to do. */
  atRestSince: number | null;
}

export class Slots {
  readonly #options: SlotOptions;
  readonly #inHand = new Map<string, Stay>();
  /** Since when; the order is that of their turns. */
  readonly #waiting = new Map<string, number>();
  readonly #elsewhere = new Set<string>();
  readonly #wakes = new Map<string, () => void>();

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get isLimited(): boolean {
    return this.#options.limit !== null;
  }

  /** The line has work and nobody has it in hand. It keeps the place that it has. */
  waits(line: string): void {
    this.#elsewhere.delete(line);
    if (!this.#waiting.has(line)) this.#waiting.set(line, this.#now());
    this.#wakeThoseConcerned();
  }

  /** It waits no more: nothing is to be done, or another runner does it. */
  leaves(line: string, to: 'rest' | 'another runner'): void {
    this.#waiting.delete(line);
    if (to === 'rest') this.#elsewhere.delete(line);
    else this.#elsewhere.add(line);
    this.#wakeThoseConcerned();
  }

  isWaiting(line: string): boolean {
    return this.#waiting.has(line);
  }

  isTurnOf(line: string): boolean {
    const { limit } = this.#options;
    if (limit === null) return true;
    const withinShare = this.#share() - this.#inHand.size;
    const now = this.#now();
    return [...this.#waiting]
      .filter(([, since], index) => index < withinShare || now - since >= LEFT_TO_OTHERS_MS)
      .slice(0, Math.max(0, limit - this.#inHand.size))
      .some(([name]) => name === line);
  }

  take(line: string): void {
    this.#waiting.delete(line);
    this.#inHand.set(line, { since: this.#now(), patches: 0, atRestSince: null });
  }

  /** A patch of it was worked on. */
  moved(line: string): void {
    const stay = this.#inHand.get(line);
    if (stay === undefined) return;
    stay.patches += 1;
    stay.atRestSince = null;
  }

  /** Whether a line in hand is to be given back now, between two patches. */
  isToGiveBack(line: string, doing: 'working' | 'resting'): boolean {
    const stay = this.#inHand.get(line);
    if (stay === undefined || !this.isLimited) return false;
    const now = this.#now();
    if (doing === 'working') {
      const isTurnOver = stay.patches >= TURN_PATCHES || now - stay.since >= TURN_MS;
      return isTurnOver && (this.#isWanted() || this.#inHand.size > this.#share());
    }
    stay.atRestSince ??= now;
    return this.#isWanted() || now - stay.atRestSince >= KEPT_AT_REST_MS;
  }

  /** Answers how many patches were worked on meanwhile. */
  giveBack(line: string): number {
    const patches = this.#inHand.get(line)?.patches ?? 0;
    this.#inHand.delete(line);
    this.#wakeThoseConcerned();
    return patches;
  }

  /** The line is gone for good. */
  forget(line: string): void {
    this.#inHand.delete(line);
    this.leaves(line, 'rest');
  }

  /** Calls `wake` when it is the line's turn, or when its slot is wanted while it rests; the answer ends that. */
  subscribe(line: string, wake: () => void): () => void {
    this.#wakes.set(line, wake);
    return () => this.#wakes.delete(line);
  }

  facts(): { readonly limit: number | null; readonly inHand: number; readonly waiting: number } {
    return { limit: this.#options.limit, inHand: this.#inHand.size, waiting: this.#waiting.size };
  }

  /** Another line could have its turn if one were given back. */
  #isWanted(): boolean {
    const most = Math.min(this.#options.limit ?? Number.POSITIVE_INFINITY, this.#share());
    return this.#waiting.size > 0 && this.#inHand.size >= most;
  }

  /** Rounded up, so that the shares of all runners hold all lines. */
  #share(): number {
    const busy = this.#inHand.size + this.#waiting.size + this.#elsewhere.size;
    return Math.max(1, Math.ceil(busy * this.#options.part()));
  }

  #wakeThoseConcerned(): void {
    for (const [line, wake] of [...this.#wakes]) {
      const stay = this.#inHand.get(line);
      const isWantedBack = stay !== undefined && stay.atRestSince !== null && this.#isWanted();
      if (isWantedBack || (this.#waiting.has(line) && this.isTurnOf(line))) wake();
    }
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }
}
