import { type ChildProcess, fork } from 'node:child_process';
import type { ChildMessage, ReadyDetails } from './supervised.ts';

export interface ChildSpec {
  readonly name: string;
  /** Absolute path of a module that calls `runUnderSupervisor`. */
  readonly module: string;
  readonly args?: readonly string[];
  /** How long it may take until it says that it is ready. */
  readonly readyMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number;
}

export interface Child {
  readonly pid: number;
  readonly details: ReadyDetails;
  readonly ended: Promise<Ended>;
  /** SIGTERM, then SIGKILL after the grace. Resolves when the process is gone; asking twice is fine. */
  stop(): Promise<Ended>;
  kill(): void;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child that did not become ready. `code` is the one that the child's own error carried. */
export class ChildFailed extends Error {
  override readonly name = 'ChildFailed';
  readonly child: string;
  readonly code: string | null;

  constructor(child: string, problem: string, code: string | null = null) {
    super(problem);
    this.child = child;
    this.code = code;
  }
}

/**
 * Starts a Node process and waits until it is ready. It gets no standard input, its output joins our standard error,
 * and it leads a process group of its own, so that Ctrl-C at a terminal reaches it through us only.
 * @throws ChildFailed when it refuses, ends or stays silent; it is gone then
 */
export async function startChild(spec: ChildSpec, signal?: AbortSignal): Promise<Child> {
  if (signal?.aborted) throw new ChildFailed(spec.name, 'it was not to be started any more');
  const process = fork(spec.module, spec.args ?? [], { stdio: ['ignore', 2, 2, 'ipc'], detached: true });
  const ended = endOf(process);
  const stop = () => stopProcess(process, ended, spec.graceMs);
  try {
    const details = await readiness(spec, process, { ended, signal });
    return { pid: process.pid ?? 0, details, ended, stop, kill: () => void process.kill('SIGKILL') };
  } catch (error) {
    await stop();
    throw error;
  }
}

export function describeEnd({ exitCode, signal }: Ended): string {
  return signal ? `ended by ${signal}` : `ended with exit code ${exitCode}`;
}

function endOf(process: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    process.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    process.once('error', () => {
      // No pid: it never ran, and no exit will come.
      if (process.pid === undefined) resolve({ exitCode: null, signal: null });
    });
  });
}

interface Waiting {
  readonly ended: Promise<Ended>;
  readonly signal: AbortSignal | undefined;
}

function readiness(
  spec: ChildSpec,
  process: ChildProcess,
  { ended, signal }: Waiting,
): Promise<ReadyDetails> {
  return new Promise((resolve, reject) => {
    // The signal outlives the child: what listens to it would be kept, with the child, for each time it is started.
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    };
    const refuse = (problem: string, code: string | null = null) => {
      settle();
      reject(new ChildFailed(spec.name, problem, code));
    };
    const giveUp = () => refuse('it was stopped while it started');
    const timer = setTimeout(() => refuse(`it was not ready within ${spec.readyMs} ms`), spec.readyMs);
    process.on('message', (message: ChildMessage) => {
      if (message.kind === 'refused') return refuse(message.problem, message.code);
      settle();
      resolve(message.details);
    });
    process.once('error', (error) => refuse(error.message));
    void ended.then((end) => refuse(`it ${describeEnd(end)} before it was ready`));
    signal?.addEventListener('abort', giveUp);
  });
}

async function stopProcess(process: ChildProcess, ended: Promise<Ended>, graceMs: number): Promise<Ended> {
  process.kill('SIGTERM');
  const timer = setTimeout(() => process.kill('SIGKILL'), graceMs);
  try {
    return await ended;
  } finally {
    clearTimeout(timer);
  }
}
