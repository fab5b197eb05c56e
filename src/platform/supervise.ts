import { type Child, type ChildSpec, describeEnd, startChild } from './child.ts';
import type { Clock } from './clock.ts';
import { type Component, type GroupOptions, group } from './lifecycle.ts';
import { planRestart, type RestartHistory, type RestartPolicy, withStart } from './restart-budget.ts';
import type { ReadyDetails } from './supervised.ts';

/** Everything that a supervisor does is told, in these words. */
export type SupervisorEvent =
  | { readonly kind: 'starting'; readonly child: string }
  | {
      readonly kind: 'ready';
      readonly child: string;
      readonly pid: number;
      readonly tookMs: number;
      readonly details: ReadyDetails;
    }
  /** It ended, or did not become ready, without being asked to end. */
  | { readonly kind: 'crashed'; readonly child: string; readonly problem: string; readonly retryInMs: number }
  /** The same, and the restart budget is spent. */
  | {
      readonly kind: 'degraded';
      readonly child: string;
      readonly problem: string;
      readonly retryInMs: number;
    }
  | { readonly kind: 'stopped'; readonly child: string; readonly how: string };

interface ChildStatus {
  readonly name: string;
  readonly state: 'starting' | 'running' | 'waiting' | 'stopped';
  readonly budget: 'kept' | 'spent';
  readonly pid: number | null;
  /** Times that it was started again. */
  readonly restarts: number;
}

export interface SupervisorOptions {
  readonly children: readonly ChildSpec[];
  readonly restarts: RestartPolicy;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly onEvent: (event: SupervisorEvent) => void;
  /** In order when left out. */
  readonly starting?: GroupOptions['starting'];
}

export interface Supervisor extends Component {
  children(): readonly ChildStatus[];
  /** Ends every child at once, by SIGKILL; for the second signal of an impatient operator. */
  kill(): void;
}

/**
 * Keeps child processes running: started in order, each after the one before it is ready, or at once; a crashed one is started
 * again with backoff and a budget; stopped in reverse. Ends only processes that it started itself.
 */
export function supervise(options: SupervisorOptions): Supervisor {
  const keepers = options.children.map((spec) => new Keeper(spec, options));
  const all = group('supervisor', keepers, { starting: options.starting ?? 'in order' });
  return {
    name: all.name,
    start: () => all.start(),
    stop: () => {
      // A start under way gives up at once, so that a stop never waits for something that hangs while it starts.
      for (const keeper of keepers) keeper.abandon();
      return all.stop();
    },
    children: () => keepers.map((keeper) => keeper.status()),
    kill: () => {
      for (const keeper of keepers) keeper.kill();
    },
  };
}

class Keeper implements Component {
  readonly name: string;
  readonly #spec: ChildSpec;
  readonly #options: SupervisorOptions;
  readonly #stopping = new AbortController();
  #child: Child | null = null;
  #kept: Promise<void> = Promise.resolve();
  #history: RestartHistory = { startedAt: [], degraded: false };
  #state: ChildStatus['state'] = 'stopped';
  #starts = 0;

  constructor(spec: ChildSpec, options: SupervisorOptions) {
    this.name = spec.name;
    this.#spec = spec;
    this.#options = options;
  }

  async start(): Promise<void> {
    const child = await this.#launch();
    this.#kept = this.#keep(child);
  }

  async stop(): Promise<void> {
    this.abandon();
    const how = this.#child ? describeEnd(await this.#child.stop()) : 'was not running';
    await this.#kept;
    this.#state = 'stopped';
    this.#tell({ kind: 'stopped', child: this.name, how });
  }

  abandon(): void {
    this.#stopping.abort();
  }

  kill(): void {
    this.#child?.kill();
  }

  status(): ChildStatus {
    return {
      name: this.name,
      state: this.#state,
      budget: this.#history.degraded ? 'spent' : 'kept',
      pid: this.#child?.pid ?? null,
      restarts: Math.max(0, this.#starts - 1),
    };
  }

  async #keep(first: Child): Promise<void> {
    let child: Child | null = first;
    let problem = '';
    while (true) {
      if (child) problem = `it ${describeEnd(await child.ended)}`;
      this.#child = null;
      if (this.#stopping.signal.aborted) return;
      await this.#wait(problem);
      if (this.#stopping.signal.aborted) return;
      child = await this.#launch().catch((error: Error) => {
        problem = error.message;
        return null;
      });
    }
  }

  async #launch(): Promise<Child> {
    const { clock } = this.#options;
    const startedAt = clock.monotonic();
    this.#history = withStart(this.#history, startedAt);
    this.#starts += 1;
    this.#state = 'starting';
    this.#tell({ kind: 'starting', child: this.name });
    const child = await startChild(this.#spec, this.#stopping.signal);
    this.#child = child;
    this.#state = 'running';
    const tookMs = Math.round(clock.monotonic() - startedAt);
    this.#tell({ kind: 'ready', child: this.name, pid: child.pid, tookMs, details: child.details });
    return child;
  }

  async #wait(problem: string): Promise<void> {
    const { clock, random, restarts } = this.#options;
    const { waitMs, history } = planRestart(restarts, this.#history, { now: clock.monotonic(), random });
    this.#history = history;
    this.#state = 'waiting';
    const kind = history.degraded ? 'degraded' : 'crashed';
    this.#tell({ kind, child: this.name, problem, retryInMs: waitMs });
    await clock.sleep(waitMs, this.#stopping.signal);
  }

  #tell(event: SupervisorEvent): void {
    this.#options.onEvent(event);
  }
}
