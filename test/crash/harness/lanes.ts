import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LandingStep } from '../../../src/core/patch/landing-step.ts';
import type { LaneFacts } from '../../../src/workers/runner/lane-facts.ts';
import type { StepFault, Thread } from './fault.ts';

/** What the lanes are told. */
export type Wish =
  | { readonly do: 'run' | 'rest' | 'facts' | 'end' }
  | { readonly do: 'die'; readonly step: LandingStep; readonly how: StepFault };

/** What they answer. */
export type Told =
  | { readonly kind: 'wired' | 'reached' | 'rested' }
  | { readonly kind: 'facts'; readonly lanes: readonly LaneFacts[] };

export interface LanesOptions {
  readonly settings: Readonly<Record<string, string>>;
  readonly leaseMs: number;
  /** Folder with the programs that the lanes start, in place of the system's. */
  readonly programs?: string;
  /** Makes the process see its clock through libfaketime, which reads the offset from this file. */
  readonly clockFile?: string;
}

const ENTRY = fileURLToPath(new URL('./dying-lanes.ts', import.meta.url));
/** Compiled once: taking the types off and compiling is most of what a start costs. Shared by all runs. */
const COMPILED = join(tmpdir(), 'ghost-compiled');
/** A writer that is stopped is waited for this long, where the product waits longer. */
const ANSWER_MS = 700;
const LET_GO_EVERY_MS = 1_000;
const FAKETIME = '/usr/lib/ARCH-linux-gnu/faketime/libfaketime.so.1';

const COMM: Readonly<Record<Thread, string>> = {
  main: 'MainThread',
  pool: 'libuv-worker',
  ledger: 'WorkerThread',
};

/** A process that runs the product's lanes as it is told, and can be made to die of it. */
export class Lanes {
  readonly process: ChildProcess;
  readonly ended: Promise<void>;
  readonly #wired: Promise<Told>;
  readonly #waiting = new Map<Told['kind'], (told: Told) => void>();
  #stderr = '';

  constructor(options: LanesOptions) {
    this.process = spawn(process.execPath, [ENTRY], {
      env: environmentOf(options),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4096);
    });
    this.ended = once(this.process, 'exit').then(() => undefined);
    this.#wired = this.next('wired');
    this.process.on('message', (told: Told) => this.#waiting.get(told.kind)?.(told));
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  get isOver(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  get stderr(): string {
    return this.#stderr;
  }

  async wired(): Promise<this> {
    await Promise.race([this.#wired, this.ended]);
    if (this.isOver) throw new Error(`the lanes ended before they were wired: ${this.#stderr}`);
    return this;
  }

  tell(wish: Wish): void {
    // One that is dead by now hears nothing.
    if (this.process.connected) this.process.send(wish, () => undefined);
  }

  /** The next message of a kind; never, when the process ends before. */
  next<K extends Told['kind']>(kind: K): Promise<Extract<Told, { kind: K }>> {
    return new Promise((resolve) =>
      this.#waiting.set(kind, (told) => resolve(told as Extract<Told, { kind: K }>)),
    );
  }

  /** A fault that comes only now, when the patch is through, may stop it on its way: then it is let go on. */
  async rest(): Promise<void> {
    const rested = this.next('rested');
    this.tell({ do: 'rest' });
    const lettingGo = setInterval(() => {
      if (isStopped(this.pid)) this.process.kill('SIGCONT');
    }, LET_GO_EVERY_MS);
    await Promise.race([rested, this.ended]);
    clearInterval(lettingGo);
  }

  async facts(): Promise<readonly LaneFacts[]> {
    const facts = this.next('facts');
    this.tell({ do: 'facts' });
    return Promise.race([facts.then(({ lanes }) => lanes), this.ended.then(() => [])]);
  }

  thread(which: Thread): number {
    return threadOf(this.pid, which);
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}

/** The id of a thread of one of our processes. */
export function threadOf(pid: number, which: Thread): number {
  const tasks = readdirSync(`/proc/${pid}/task`).map(Number);
  const found = tasks.find((task) => commOf(pid, task) === COMM[which]);
  if (found === undefined) throw new Error(`process ${pid} has no thread ${COMM[which]}`);
  return found;
}

export function isStopped(pid: number): boolean {
  const state = stateOf(pid);
  return state === 'T';
}

function stateOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /, '')
      .at(0);
  } catch {
    return undefined;
  }
}

function commOf(pid: number, task: number): string {
  return readFileSync(`/proc/${pid}/task/${task}/comm`, 'latin1').trim();
}

/** One thread of libuv's pool, so that its system calls come in one order. */
function environmentOf({ settings, leaseMs, programs, clockFile }: LanesOptions): Record<string, string> {
  return {
    ...{ PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: COMPILED, UV_THREADPOOL_SIZE: '1' },
    ...{ ...settings, LEASE_MS: String(leaseMs), ANSWER_MS: String(ANSWER_MS) },
    ...(programs === undefined ? {} : { PROGRAMS: programs }),
    ...(clockFile === undefined
      ? {}
      : { CLOCK_FILE: clockFile, ...FAKED, FAKETIME_TIMESTAMP_FILE: clockFile }),
  };
}

/** `Date.now()` jumps; timers and `performance.now()` go on. */
const FAKED = {
  LD_PRELOAD: FAKETIME.replace('ARCH', process.arch === 'arm64' ? 'aarch64' : 'x86_64'),
  FAKETIME_NO_CACHE: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
};

export const FAKETIME_LIBRARY = FAKED.LD_PRELOAD;
