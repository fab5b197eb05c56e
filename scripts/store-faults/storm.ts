import { setTimeout as after } from 'node:timers/promises';
import { pick } from '../../test/conformance/random.ts';
import type { ProductionRung, Store } from '../../test/world/production-rung.ts';
import type { Weather } from '../../test/world/proxy.ts';
import type { Fleet } from '../soak/endurance/fleet.ts';
import { type Fault, faultText, LOTS, type StoreFault } from './fault.ts';

export interface StormOptions {
  readonly fleet: Fleet;
  readonly rung: ProductionRung;
  readonly random: () => number;
  readonly leaseTtlMs: number;
}

export interface Rage {
  readonly faults: number;
  /** On average, from one to the next of a burst. */
  readonly everyMs: number;
  /** Resolves when there has been enough of fair weather. */
  readonly breath: () => Promise<void>;
  readonly signal: AbortSignal;
}

const BURST = 8;
const LONGEST_WEATHER_MS = 1_500;
const MOST_BYTES_BEFORE_CUT = 4_000;
const SLOW_MS = 80;
/** A server that was killed is away for at most so long. */
const LONGEST_AWAY_MS = 800;

/** Faults of stores, networks and processes, each counted where it changed something. */
export class Storm {
  readonly #options: StormOptions;
  readonly #counts = new Map<string, number>();
  readonly #over = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  /** One fault at a time for each store: what a second one would do could not be told. */
  readonly #busy = new Set<Store>();

  constructor(options: StormOptions) {
    this.#options = options;
  }

  /** How often each took effect. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].toSorted());
  }

  total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /**
   * In bursts at random moments, until so many took effect: faults that come without a pause meet nobody at work. The seed
   * decides what and when; what that meets, the machine does.
   */
  async rage({ faults, everyMs, breath, signal }: Rage): Promise<void> {
    const { random } = this.#options;
    while (this.total() < faults && !signal.aborted) {
      for (let nth = 0; nth < BURST && !signal.aborted; nth += 1) {
        await after(-Math.log(1 - random()) * everyMs, undefined, { signal }).catch(() => undefined);
        void this.begin(pick(LOTS, random));
      }
      await Promise.all(this.#underWay);
      await breath();
    }
  }

  /** Resolves when it is over: fair weather, the server up again, the process going on. */
  async begin(fault: Fault): Promise<void> {
    const store = fault.kind === 'process' ? null : fault.store;
    if (store !== null && this.#busy.has(store)) return;
    if (store !== null) this.#busy.add(store);
    const over = this.#inflict(fault).then((isHarm) => {
      if (isHarm) this.#counts.set(faultText(fault), (this.#counts.get(faultText(fault)) ?? 0) + 1);
      if (store !== null) this.#busy.delete(store);
      this.#underWay.delete(over);
    });
    this.#underWay.add(over);
    await over;
  }

  /** What is under way comes to its end. */
  async calm(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#underWay);
  }

  #inflict(fault: Fault): Promise<boolean> {
    switch (fault.kind) {
      case 'network':
        return this.#disturb(fault);
      case 'server':
        return this.#kill(fault.store);
      case 'process':
        return this.#strike(fault);
    }
  }

  async #disturb({ store, how }: StoreFault): Promise<boolean> {
    const { rung, random } = this.#options;
    const network = rung.networks[store];
    const before = network.harm();
    if (how === 'cut') network.cutAfter(Math.floor(random() * MOST_BYTES_BEFORE_CUT));
    else if (how !== 'reset') network.weather(weatherOf(how));
    if (how !== 'reset') await this.#waited(random() * LONGEST_WEATHER_MS);
    network.cutAfter(Number.POSITIVE_INFINITY);
    network.weather({ kind: 'fair' });
    // A connection that lost bytes, or has some under way, would go on in the middle of a message.
    if (how !== 'cut' && how !== 'refused') network.reset();
    return network.harm() > before;
  }

  async #kill(store: Store): Promise<boolean> {
    const { rung, random } = this.#options;
    await rung.servers[store].kill();
    await this.#waited(random() * LONGEST_AWAY_MS);
    await rung.servers[store].restart();
    return true;
  }

  async #strike({ component, how }: Extract<Fault, { kind: 'process' }>): Promise<boolean> {
    const { fleet, random, leaseTtlMs } = this.#options;
    const running = fleet.running(component);
    if (running.length === 0) return false;
    const victim = pick(running, random);
    if (how === 'killed') return send(victim, 'SIGKILL');
    if (!send(victim, 'SIGSTOP')) return false;
    await this.#waited(leaseTtlMs * (1.2 + random()));
    send(victim, 'SIGCONT');
    return true;
  }

  async #waited(ms: number): Promise<void> {
    await after(ms, undefined, { signal: this.#over.signal }).catch(() => undefined);
  }
}

function weatherOf(how: 'silent' | 'deaf' | 'slow' | 'refused'): Weather {
  if (how === 'slow') return { kind: 'slow', delayMs: SLOW_MS };
  return { kind: how === 'refused' ? 'refuses' : how };
}

/** False when it had ended before. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
