import type { Fault } from '../../core/change/fault.ts';
import { faultOf } from '../../core/change/fault-of.ts';
import { fail } from '../../core/errors.ts';
import type { ChangeEngine, ChangeWork, FitSource, Fitted, ReadText } from '../../ports/change-engine.ts';
import { converse, type Outcome } from './converse.ts';
import type { Task } from './messages.ts';
import { threadPool } from './pool.ts';

/** A few milliseconds of reading, whatever stands in it. */
const LITTLE_TEXT = 16 * 1024;
/** The most work that a patch may cause takes about two seconds here: this is for what nobody foresaw. */
const COMPUTE_MS = 30_000;
const WAIT_MS = 120_000;
const MEMORY_MIB = 1024;
const THREADS = 2;

export interface EngineSettings {
  /** The script of a thread, which calls `serveChanges`. */
  readonly thread: URL;
  /** How long a thread may compute without asking anything. */
  readonly computeMs?: number;
  /** How long it is waited for meanwhile. */
  readonly waitMs?: number;
  readonly memoryMib?: number;
  /** Texts of so many bytes are read at once. */
  readonly littleText?: number;
}

/**
 * Works on what is small at once and on everything else in a thread, so that the event loop goes on. A thread that
 * computes for too long or takes too much memory is ended, and the patch refused. One that does not get to compute is
 * ended as well, and that is ours.
 */
export function threadedEngine(work: ChangeWork, settings: EngineSettings): ChangeEngine {
  const { thread, computeMs = COMPUTE_MS, waitMs = WAIT_MS } = settings;
  const { memoryMib = MEMORY_MIB, littleText = LITTLE_TEXT } = settings;
  const pool = threadPool(thread, { threads: THREADS, memoryMib });

  const perform = async (task: Task, source: FitSource | null): Promise<Performed> => {
    const outcome = await pool.use<Outcome>(async (worker) => {
      const value = await converse(worker, task, { source, patience: { computeMs, waitMs } });
      return { value, worker: value.kind === 'done' ? 'free' : 'spent' };
    });
    if (outcome.kind !== 'starved') return outcome;
    throw fail('machine_busy', { waitedMs: waitMs, computedMs: Math.round(outcome.computedMs) });
  };
  const tooMuch = (outcome: Exclude<Performed, { kind: 'done' }>): readonly Fault[] => [
    faultOf('too_large', {
      message:
        outcome.kind === 'overlong'
          ? `Working on the patch took longer than ${computeMs / 1000} s of processor time.`
          : `Working on the patch took more than ${memoryMib} MiB of memory.`,
      hint: 'Split it into smaller patches.',
    }),
  ];

  return {
    async read(text) {
      if (text.body.length <= littleText) return work.read(text);
      const outcome = await perform({ kind: 'read', text }, null);
      return outcome.kind === 'done' ? asRead(outcome.value) : { kind: 'faulty', faults: tooMuch(outcome) };
    },
    async fit(source, base, patch) {
      const little = await work.fitLittle(source, base, patch);
      if (little !== null) return little;
      const outcome = await perform({ kind: 'fit', base, patch }, source);
      if (outcome.kind === 'done') return asFitted(outcome.value);
      return { kind: 'faulty', format: patch.format, faults: tooMuch(outcome) };
    },
    close: () => pool.close(),
  };
}

type Performed = Exclude<Outcome, { kind: 'starved' }>;

/** A thread answers a task as `ChangeWork` does. */
function asRead(value: unknown): ReadText {
  return value as ReadText;
}

function asFitted(value: unknown): Fitted {
  return value as Fitted;
}
