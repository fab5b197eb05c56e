import { setTimeout as after } from 'node:timers/promises';
import { pick } from '../../../test/conformance/random.ts';
import type { Fleet } from './fleet.ts';
import { checkProcesses, gitWriters } from './victims.ts';

export const KINDS = [
  'runner killed',
  'gateway killed',
  'relay killed',
  'git writer killed',
  'check killed',
  'runner stopped past its lease',
  'gateway stopped',
  'relay stopped past its lease',
  'git writer stopped',
  'all killed at once',
] as const;
export type Kind = (typeof KINDS)[number];

/** How often each is chosen beside the others. */
const WEIGHTS: Readonly<Record<Kind, number>> = {
  'runner killed': 5,
  'gateway killed': 3,
  'relay killed': 3,
  'git writer killed': 8,
  'check killed': 8,
  'runner stopped past its lease': 2,
  'gateway stopped': 2,
  'relay stopped past its lease': 1,
  'git writer stopped': 2,
  'all killed at once': 1,
};
const LOTS = KINDS.flatMap((kind) => Array.from({ length: WEIGHTS[kind] }, () => kind));

/** How often a victim that comes and goes is looked for before another kind has its turn. */
const LOOKS = 10;
const LOOK_EVERY_MS = 10;

export interface KillerOptions {
  readonly fleet: Fleet;
  /** Below which the repositories stand. */
  readonly folder: string;
  readonly random: () => number;
  /** On average, from one act to the next. */
  readonly everyMs: number;
  readonly leaseTtlMs: number;
}

export interface Killer {
  counts(): Readonly<Record<Kind, number>>;
  /** No more acts; whatever is stopped goes on. */
  stop(): Promise<void>;
}

/** Kills and stops processes at random moments. The seed decides what and when; what that meets, the machine does. */
export function startKiller(options: KillerOptions): Killer {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  const over = new AbortController();
  const asleep = new Set<Promise<void>>();
  const ended = run();
  return {
    counts: () => counts,
    stop: async () => {
      over.abort();
      await ended;
      await Promise.all(asleep);
    },
  };

  async function run(): Promise<void> {
    while (await waited(-Math.log(1 - options.random()) * options.everyMs)) {
      const kind = pick(LOTS, options.random);
      if (await act(kind)) counts[kind] += 1;
    }
  }

  async function act(kind: Kind): Promise<boolean> {
    const { fleet, leaseTtlMs, random } = options;
    const [what = ''] = kind.split(' ');
    if (kind === 'all killed at once') {
      const all = [...fleet.running('runner'), ...fleet.running('gateway'), ...fleet.running('relay')];
      return all.map((pid) => send(pid, 'SIGKILL')).includes(true);
    }
    const victim = await find(what);
    if (victim === null) return false;
    if (kind.endsWith('killed')) return send(victim, 'SIGKILL');
    // Beyond the lease and the time in which a successor takes it: two holders for a moment, one of whom does not know.
    return putToSleep(victim, leaseTtlMs * (1.2 + 2 * random()));
  }

  async function find(what: string): Promise<number | null> {
    const { fleet, folder, random } = options;
    for (let looks = LOOKS; looks > 0; looks -= 1) {
      const found = candidates(what, fleet, folder);
      if (found.length > 0) return pick(found, random);
      await after(LOOK_EVERY_MS);
    }
    return null;
  }

  function putToSleep(pid: number, ms: number): boolean {
    if (!send(pid, 'SIGSTOP')) return false;
    const sleep = waited(ms).then(() => {
      send(pid, 'SIGCONT');
      asleep.delete(sleep);
    });
    asleep.add(sleep);
    return true;
  }

  /** False when it is all over. */
  async function waited(ms: number): Promise<boolean> {
    await after(ms, undefined, { signal: over.signal }).catch(() => undefined);
    return !over.signal.aborted;
  }
}

function candidates(what: string, fleet: Fleet, folder: string): readonly number[] {
  if (what === 'git') return gitWriters(folder);
  if (what === 'check') return checkProcesses(fleet.running('runner'));
  return fleet.running(what as 'runner' | 'gateway' | 'relay');
}

/** False when it had ended before. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
