import { randomUUID } from 'node:crypto';
import { chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import { removeTree } from '../../platform/remove-tree.ts';
import type { Ran, SandboxedCommand } from '../../ports/sandbox.ts';
import { type ControlGroup, type Met, openControlGroup } from './control-group.ts';
import { watchDisk } from './disk-watch.ts';
import { KeptOutput } from './kept-output.ts';
import { type Ended, type Launched, launch } from './launch.ts';
import { limitMet } from './limit-met.ts';
import type { Limits } from './limits.ts';
import { makeMountPoints } from './mount-points.ts';
import type { OutputPipes } from './output-pipe.ts';
import { sandboxOwner } from './owner.ts';
import { levelOf, type Plan } from './plan.ts';
import { type Programs, SEARCH_PATH } from './programs.ts';
import { killMarked } from './survivors.ts';
import { wrap } from './wrap.ts';

/** What stays the same from command to command. */
export interface Workshop {
  readonly scratch: string;
  readonly tools: readonly string[];
  readonly limits: Limits;
  readonly programs: Programs;
  readonly pipes: OutputPipes;
  readonly clock: Clock;
  /** Stands in the arguments of every sandbox. */
  readonly mark: string;
}

/** How long the output of processes that escaped is waited for; with a process namespace there are none. */
const DRAIN_MS = 1000;
const SET_BY_US = ['PATH', 'HOME', 'TMPDIR', 'LANG'];

/** Runs one command as `plan` says; never rejects for what the command does. */
export async function runCommand(
  workshop: Workshop,
  plan: Plan,
  command: SandboxedCommand,
  signal: AbortSignal,
): Promise<Ran> {
  const run = new Run(workshop, plan, command);
  const ran = await answerOf(run, signal);
  await run.cleanUp();
  // Not the command's fault, and nobody's answer: who was to be told of its output has failed.
  if (run.listenerProblem) throw run.listenerProblem.error;
  return ran;
}

async function answerOf(run: Run, signal: AbortSignal): Promise<Ran> {
  try {
    return await run.toItsEnd(signal);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return run.report({ kind: 'not-started', problem });
  }
}

class Run {
  readonly #workshop: Workshop;
  readonly #plan: Plan;
  readonly #command: SandboxedCommand;
  readonly #output: KeptOutput;
  readonly #marker = `GHOST_RUN=${randomUUID()}`;
  #startedAt: number;
  #startedMonotonic: number;
  #broken: 'timed-out' | 'aborted' | null = null;
  #diskProblem: string | null = null;
  #group: ControlGroup | null = null;
  #met: Met = { memory: false, processes: false };
  #listenerProblem: { readonly error: unknown } | null = null;
  #home: string | null = null;

  constructor(workshop: Workshop, plan: Plan, command: SandboxedCommand) {
    this.#workshop = workshop;
    this.#plan = plan;
    this.#command = command;
    this.#output = new KeptOutput(command.outputCap);
    this.#startedAt = workshop.clock.now();
    this.#startedMonotonic = workshop.clock.monotonic();
  }

  async toItsEnd(signal: AbortSignal): Promise<Ran> {
    if (signal.aborted) return this.#abortedBeforeStart();
    const launched = await this.#launch();
    const over = new AbortController();
    const stop = (why: 'timed-out' | 'aborted') => {
      this.#broken ??= why;
      launched.kill();
    };
    const onAbort = () => stop('aborted');
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    const timer = this.#workshop.clock.sleep(this.#command.timeoutMs, over.signal).then(() => {
      if (!over.signal.aborted) stop('timed-out');
    });
    const disk = this.#watchDisk(over.signal, () => stop('aborted'));
    const ended = await launched.ended;
    over.abort();
    signal.removeEventListener('abort', onAbort);
    await Promise.all([timer, disk]);
    this.#met = this.#group?.met() ?? this.#met;
    await this.#leaveNothingBehind(launched);
    return this.report(ended);
  }

  report(ended: Ended): Ran {
    const { clock } = this.#workshop;
    return {
      ending: this.#broken ?? this.#ending(ended),
      exitCode: ended.kind === 'ran' && !this.#broken ? ended.exitCode : null,
      signal: ended.kind === 'ran' && !this.#broken ? ended.signal : null,
      detail: this.#detail(ended),
      startedAt: this.#startedAt,
      durationMs: Math.round(clock.monotonic() - this.#startedMonotonic),
      output: this.#output.bytes(),
      truncated: this.#output.truncated,
      argv: this.#command.argv,
      environment: [...new Set([...Object.keys(this.#command.environment), ...SET_BY_US])].sort(),
      isolation: levelOf(this.#plan),
    };
  }

  /** A signal inside a process namespace is an exit code outside: one that ended the sandbox itself came from elsewhere. */
  #ending(ended: Ended): Ran['ending'] {
    if (ended.kind === 'not-started') return 'not-started';
    const isCutOff = ended.signal !== null && this.#plan.kind === 'namespaces' && !this.#met.memory;
    return isCutOff ? 'cut-off' : 'exited';
  }

  get listenerProblem(): { readonly error: unknown } | null {
    return this.#listenerProblem;
  }

  async cleanUp(): Promise<void> {
    await this.#group?.remove();
    // What cannot be removed is litter, and no reason to lose the verdict.
    if (this.#home) await removeTree(this.#home, SEARCH_PATH).catch(() => undefined);
  }

  #watchDisk(over: AbortSignal, stop: () => void): Promise<void> {
    const { limits, clock } = this.#workshop;
    const onExceeded = (problem: string) => {
      this.#diskProblem = problem;
      stop();
    };
    return watchDisk({ directory: this.#command.directory, limits, clock }, onExceeded, over);
  }

  #abortedBeforeStart(): Ran {
    this.#broken = 'aborted';
    return this.report({ kind: 'not-started', problem: 'stopped before it began' });
  }

  async #launch(): Promise<Launched> {
    const { programs, pipes, limits, clock, tools, mark } = this.#workshop;
    const command = this.#command;
    if (this.#plan.kind === 'namespaces') await makeMountPoints(command);
    if (this.#plan.kind === 'namespaces' && this.#plan.groups)
      this.#group = await openControlGroup(this.#plan.groups, limits, clock);
    const home = await this.#openHome();
    const [name = '', value = ''] = this.#marker.split('=');
    const environment = { ...command.environment, ...(home === '' ? {} : { [name]: value }) };
    return launch({
      wrapped: wrap(this.#plan, programs, { command, environment, tools, limits, home, mark }),
      pipes,
      beforeFirstGate: async (pid) => this.#group?.add(pid),
      atLastGate: () => {
        this.#startedAt = clock.now();
        this.#startedMonotonic = clock.monotonic();
      },
      onOutput: (chunk) => this.#hear(chunk),
    });
  }

  /** Told once for all: who has failed to take output is not told of more. */
  #hear(chunk: Uint8Array): void {
    this.#output.add(chunk);
    if (this.#listenerProblem) return;
    try {
      this.#command.onOutput?.(chunk, this.#workshop.clock.now());
    } catch (error) {
      this.#listenerProblem = { error };
    }
  }

  /**
   * With namespaces a command has a file system of its own, and its home is there. Without, it is not in the scratch directory,
   * which only Ghost may be able to enter.
   */
  async #openHome(): Promise<string> {
    if (this.#plan.kind === 'namespaces') return '';
    this.#home = await mkdtemp(join(tmpdir(), 'ghost-home-'));
    const owner = sandboxOwner();
    if (owner) await chown(this.#home, owner.uid, owner.gid);
    return this.#home;
  }

  async #leaveNothingBehind(launched: Launched): Promise<void> {
    // With namespaces this is bwrap's first process, where it was still to be bound to the life of its parent.
    launched.killGroup();
    if (this.#plan.kind !== 'namespaces') killMarked(this.#marker);
    const enough = new AbortController();
    const patience = this.#workshop.clock.sleep(DRAIN_MS, enough.signal).then(() => launched.stopReading());
    await launched.drained;
    enough.abort();
    await patience;
  }

  #detail(ended: Ended): string | null {
    if (this.#broken === 'timed-out') return `timed out after ${this.#command.timeoutMs} ms`;
    if (this.#broken === 'aborted' && this.#diskProblem) return `stopped by us: ${this.#diskProblem}`;
    if (this.#broken === 'aborted') return 'stopped by us before it had an answer';
    if (ended.kind === 'not-started') return ended.problem;
    return limitMet(ended, this.#met, this.#workshop.limits);
  }
}
