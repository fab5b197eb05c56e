import { rulesOf } from '../fault-points.ts';
import type { Actor } from './actor.ts';
import type { FaultPlan } from './fault-plan.ts';
import { stepOf, timerOf } from './make-step.ts';
import type { Random } from './random.ts';
import type { Effect, Step } from './step.ts';

export interface EngineOptions {
  readonly random: Random;
  readonly faults: Pick<FaultPlan, 'next' | 'stopMs'>;
  /** Virtual milliseconds that one step takes at most. */
  readonly stepMs: number;
  /** Share of steps before which time passes until the next timer although others could go on. */
  readonly slowness: number;
  readonly trace: ((line: string) => void) | null;
}

/** One thread, virtual time, and chance: settles one step of somebody at a time until all has come to rest. */
export class Engine {
  readonly random: Random;
  now = 0;
  turns = 0;
  readonly problems: string[] = [];
  /** All processes of the machine die and what was not synced is lost. */
  onPowerLoss: () => void = () => undefined;
  readonly #options: EngineOptions;
  #steps: Step[] = [];
  #stopped: Actor[] = [];

  constructor(options: EngineOptions) {
    this.#options = options;
    this.random = options.random;
  }

  ask<T>(actor: Actor, effect: Effect<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (actor.isAlive) this.#steps.push(stepOf(this, actor, effect, { resolve, reject }));
    });
  }

  sleep(actor: Actor, ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      if (!actor.isAlive) return;
      const aborted = () => {
        this.#remove(step);
        resolve();
      };
      const free = () => signal?.removeEventListener('abort', aborted);
      const step = timerOf(actor, this.now + Math.max(0, ms), { fire: resolve, free });
      signal?.addEventListener('abort', aborted, { once: true });
      this.#steps.push(step);
    });
  }

  /** Something that happens to an actor soon, which is no effect of its own. */
  post(actor: Actor, label: string, act: () => void, afterMs = 0): void {
    if (actor.isAlive)
      this.#steps.push({ ...timerOf(actor, this.now + afterMs, { fire: act, free: null }), label });
  }

  /** SIGKILL. What it had sent may still arrive, or not. */
  kill(actor: Actor): void {
    if (!actor.isAlive) return;
    this.say(() => `${actor.name} is killed`);
    this.#end(actor, (step) => this.#outlives(step) && this.random.chance(0.5));
  }

  /** Its own end, or that of the whole machine: nothing of it is on its way any more. */
  end(actor: Actor): void {
    if (actor.isAlive) this.#end(actor, () => false);
  }

  /** SIGSTOP, continued after `ms` of virtual time. What it had sent goes on meanwhile, or has not left yet. */
  stop(actor: Actor, ms: number): void {
    if (actor.state !== 'running') return;
    this.say(() => `${actor.name} stops for ${ms} ms`);
    actor.state = 'stopped';
    actor.resumesAt = this.now + ms;
    this.#stopped.push(actor);
    for (const step of this.#steps)
      if (step.actor === actor && step.point !== null && step.phase === 'asked' && step.ready === null)
        step.inFlight = rulesOf(step.point).does === 'write' && this.random.chance(0.5);
  }

  /** Nothing goes on: whoever is left waits for ever, and whatever he listened to is freed. */
  endAll(): void {
    for (const actor of new Set(this.#steps.map((step) => step.actor))) this.end(actor);
  }

  continueAll(): void {
    for (const actor of this.#stopped) actor.resumesAt = this.now;
  }

  say(line: () => string): void {
    this.#options.trace?.(`${this.turns} +${this.now} ${line()}`);
  }

  /** Turns until `isOver` answers with a word, which is then the answer. Nothing left to happen is a word, too. */
  run(isOver: () => string | null): Promise<string> {
    return new Promise((resolve, reject) => {
      const turn = () => {
        try {
          const word = isOver() ?? (this.#turn() ? null : 'nothing is left that could happen');
          if (word === null) setImmediate(turn);
          else resolve(word);
        } catch (error) {
          reject(error);
        }
      };
      setImmediate(turn);
    });
  }

  /** False when nothing is left that could happen. */
  #turn(): boolean {
    this.turns += 1;
    if (this.random.chance(this.#options.slowness)) this.#passTime();
    const ready = this.#ready();
    if (ready.length === 0) return this.#passTime();
    const step = this.random.pick(ready);
    this.now += this.random.between(0, this.#options.stepMs);
    if (!this.#befall(step)) this.#take(step);
    return true;
  }

  #take(step: Step): void {
    this.say(() => `${step.actor.name} ${step.label} ${step.phase}`);
    if (step.run(step)) this.#remove(step);
  }

  /** True when a fault came instead of the step. */
  #befall(step: Step): boolean {
    if (step.point === null || !step.actor.isAlive || step.inFlight) return false;
    const kind = this.#options.faults.next(step.point, step.phase);
    if (kind === null) return false;
    this.say(() => `fault ${kind} at ${step.label} ${step.phase} of ${step.actor.name}`);
    switch (kind) {
      case 'kill':
        this.kill(step.actor);
        break;
      case 'stop':
        this.stop(step.actor, this.#options.faults.stopMs());
        break;
      case 'power-loss':
        this.onPowerLoss();
        break;
      default:
        this.#remove(step);
        step.fault(step, kind);
    }
    return true;
  }

  #ready(): Step[] {
    this.#resume();
    return this.#steps.filter(
      (step) =>
        step.at <= this.now &&
        (step.actor.state === 'running' || step.inFlight) &&
        (step.ready === null || step.deadline <= this.now || step.ready()),
    );
  }

  #resume(): void {
    if (this.#stopped.length === 0) return;
    for (const actor of this.#stopped)
      if (actor.state === 'stopped' && actor.resumesAt <= this.now) {
        actor.state = 'running';
        this.say(() => `${actor.name} is continued`);
      }
    this.#stopped = this.#stopped.filter(({ state }) => state === 'stopped');
  }

  /** To the next moment at which something can happen that cannot now; false when there is none. */
  #passTime(): boolean {
    let next = Number.POSITIVE_INFINITY;
    const consider = (at: number) => {
      if (at > this.now && at < next) next = at;
    };
    for (const { actor, at, deadline } of this.#steps) {
      if (actor.state !== 'running') continue;
      consider(at);
      consider(deadline);
    }
    for (const { resumesAt } of this.#stopped) consider(resumesAt);
    if (next === Number.POSITIVE_INFINITY) return false;
    this.now = next;
    return true;
  }

  #outlives(step: Step): boolean {
    return step.point !== null && step.phase === 'asked' && rulesOf(step.point).afterDeath === 'may';
  }

  #end(actor: Actor, outlives: (step: Step) => boolean): void {
    const own = this.#steps.filter((step) => step.actor === actor);
    this.#steps = this.#steps.filter((step) => step.actor !== actor);
    for (const step of own) {
      if (outlives(step)) this.#steps.push({ ...step, inFlight: true });
      else if (step.phase === 'asked' && this.random.chance(0.5)) step.tear?.();
      step.drop?.();
    }
    actor.end();
  }

  #remove(step: Step): void {
    const at = this.#steps.indexOf(step);
    if (at >= 0) this.#steps.splice(at, 1);
  }
}
