import type { Engine } from './engine.ts';
import type { Effect } from './step.ts';

/** Something that waits for effects: a process of the machine, or a person outside of it. */
export class Actor {
  readonly engine: Engine;
  readonly name: string;
  state: 'running' | 'stopped' | 'dead' = 'running';
  /** When a stopped one is continued. */
  resumesAt = 0;
  readonly #endings: (() => void)[] = [];

  constructor(engine: Engine, name: string) {
    this.engine = engine;
    this.name = name;
  }

  get isAlive(): boolean {
    return this.state !== 'dead';
  }

  /** Settles when the scheduler says so; never once this one is dead. */
  perform<T>(effect: Effect<T>): Promise<T> {
    return this.engine.ask(this, effect);
  }

  /** Resolves after `ms` of virtual time, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.engine.sleep(this, ms, signal);
  }

  /** What the kernel does when this one ends, however it ends. */
  onEnd(act: () => void): void {
    this.#endings.push(act);
  }

  /** To be called by the engine alone. */
  end(): void {
    this.state = 'dead';
    for (const act of this.#endings.splice(0)) act();
  }
}
