import { randomUUID } from 'node:crypto';
import type { Mongo } from '../connection.ts';
import { requireWhole } from '../copy/import-mark.ts';
import type { Body, Operation } from '../decide/operation.ts';
import { Missing, View, type Want } from '../decide/view.ts';
import { unavailable } from '../problems.ts';
import { isOnlyTaken } from './apply.ts';
import { decisionOn } from './decision.ts';
import { insertDecision } from './fate.ts';
import { load } from './load.ts';
import type { Log } from './log.ts';
import { dropParts, withParts } from './parts.ts';

/** As many operations, and as many UTF-16 units, go into one decision: a document has 16 MB, and text up to three bytes a unit. */
const MOST = { operations: 256, units: 1_500_000 } as const;
/** Rows, and questions that were answered, kept from one decision to the next. */
const MOST_KEPT = 10_000;

const FIRST = 1;

interface Asked {
  readonly operation: Operation<unknown>;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome =
  | { readonly kind: 'done'; readonly asked: Asked; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly asked: Asked; readonly error: unknown };

/**
 * Decides what this process is asked for, one decision at a time: whatever was asked while one was under way goes into
 * the next.
 */
export class Decider {
  readonly #mongo: Mongo;
  readonly #log: Log;
  readonly #view = new View();
  readonly #waiting: Asked[] = [];
  #running: Promise<void> | null = null;

  constructor(mongo: Mongo, log: Log) {
    this.#mongo = mongo;
    this.#log = log;
  }

  /**
   * Answers when what was decided is durable on a majority.
   * @throws GhostError ledger_unavailable: nothing was done; ledger_unknown: nobody knows. And what the operation throws
   */
  decide<A>(operation: Operation<A>): Promise<A> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ operation, resolve: (answer) => resolve(answer as A), reject });
      this.#running ??= this.#run();
    });
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // What is called in the same turn of the loop goes together.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST.operations);
      // Not within a batch: one that needs more rows than that would load them for ever.
      if (this.#view.size > MOST_KEPT) this.#view.clear(this.#log.tip);
      try {
        await this.#decideTogether(batch);
      } catch (error) {
        this.#view.clear(this.#log.tip);
        for (const { reject } of batch) reject(unavailable(error));
      }
    }
    this.#running = null;
  }

  async #decideTogether(batch: readonly Asked[]): Promise<void> {
    const stored = new Set<string>();
    for (;;) {
      const outcomes = await this.#outcomesOf(batch);
      const rest = batch.slice(outcomes.length);
      const decided = decisionOn(this.#view, randomUUID());
      if (decided === null) {
        if (!(await this.#isNewest())) continue;
        return this.#answer(outcomes, rest);
      }
      // Opened while it was empty, a ledger may be filled from a copy by now.
      if (decided._id === FIRST) await requireWhole(this.#mongo);
      await this.#storeBodies(outcomes, stored);
      const decision = await withParts(this.#mongo, decided, this.#view.weight);
      if ((await insertDecision(this.#mongo, decision)) === 'lost') {
        await dropParts(this.#mongo, decision).catch(() => undefined);
        await this.#log.settled();
        continue;
      }
      this.#view.settle(this.#view.next());
      this.#answer(outcomes, rest);
      await this.#finish(decision);
      return;
    }
  }

  /** What is decided stands; where it cannot be applied now, the next who looks does it. */
  async #finish(decision: Parameters<Log['finish']>[0]): Promise<void> {
    try {
      await this.#log.finish(decision);
    } catch {
      this.#view.clear(this.#log.tip);
    }
  }

  /** The outcomes of the first operations, as many as fit in one decision, staged on the view. */
  async #outcomesOf(batch: readonly Asked[]): Promise<readonly Outcome[]> {
    const view = this.#view;
    const wants = batch.flatMap(({ operation }) => operation.wants);
    for (;;) {
      this.#standAtTip();
      await Promise.all([this.#log.settled(), load(this.#mongo, view, wants)]);
      if (this.#log.tip.n !== view.tip.n) continue;
      const tried = decideAll(view, batch);
      if (tried.kind === 'decided') return tried.outcomes;
      wants.push(...tried.wants);
    }
  }

  #standAtTip(): void {
    const { tip } = this.#log;
    if (this.#view.tip.n !== tip.n) this.#view.clear(tip);
    this.#view.takeBackAll();
    this.#view.forget('leases');
  }

  /** An answer without a change holds only if what it was read from is still the newest. */
  async #isNewest(): Promise<boolean> {
    await this.#log.settled();
    return this.#log.tip.n === this.#view.tip.n;
  }

  async #storeBodies(outcomes: readonly Outcome[], stored: Set<string>): Promise<void> {
    const bodies = outcomes.flatMap(bodiesOf).filter(({ _id }) => !stored.has(_id));
    if (bodies.length === 0) return;
    try {
      await this.#mongo.bodies.insertMany(bodies, { ...this.#mongo.strict.write, ordered: false });
    } catch (error) {
      // An attempt before this one stored it, and its fate was not known.
      if (!isOnlyTaken(error)) throw unavailable(error);
    }
    for (const { _id } of bodies) stored.add(_id);
  }

  #answer(outcomes: readonly Outcome[], rest: readonly Asked[]): void {
    for (const outcome of outcomes) {
      if (outcome.kind === 'done') outcome.asked.resolve(outcome.answer);
      else outcome.asked.reject(outcome.error);
    }
    this.#waiting.unshift(...rest);
  }
}

type Tried =
  | { readonly kind: 'decided'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'missing'; readonly wants: readonly Want[] };

/** Where one of them asks for what is not loaded, all of them are decided again: the later ones build on it. */
function decideAll(view: View, batch: readonly Asked[]): Tried {
  const outcomes: Outcome[] = [];
  const wants: Want[] = [];
  for (const asked of batch) {
    if (view.weight > MOST.units) break;
    try {
      outcomes.push({ kind: 'done', asked, answer: view.apart(() => asked.operation.decide(view)) });
    } catch (error) {
      if (error instanceof Missing) wants.push(error.want);
      else outcomes.push({ kind: 'refused', asked, error });
    }
  }
  if (wants.length === 0) return { kind: 'decided', outcomes };
  view.takeBackAll();
  return { kind: 'missing', wants };
}

function bodiesOf(outcome: Outcome): readonly Body[] {
  if (outcome.kind !== 'done') return [];
  return outcome.asked.operation.bodies?.(outcome.answer) ?? [];
}
