import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type { OutputPipes } from './output-pipe.ts';
import { kill } from './survivors.ts';
import { FD, type Wrapped } from './wrap.ts';

/** A command on its way through its gates. */
export interface Launched {
  /** Kills it with everything it started in its process group or process namespace. */
  kill(): void;
  /** Kills its process group. A group keeps its number for as long as a member lives; without one there is nothing to kill. */
  killGroup(): void;
  /** When its first process has ended: with a process namespace that means that all have. */
  readonly ended: Promise<Ended>;
  /** When nobody holds the output pipe any more. */
  readonly drained: Promise<void>;
  /** Gives up on the output of processes that escaped. */
  stopReading(): void;
}

export type Ended =
  | { readonly kind: 'ran'; readonly exitCode: number | null; readonly signal: string | null }
  /** It never passed its last gate. */
  | { readonly kind: 'not-started'; readonly problem: string };

export interface Launch {
  readonly wrapped: Wrapped;
  readonly pipes: OutputPipes;
  /** Called at once, and through with it before the first gate opens: until then the process starts no other. */
  readonly beforeFirstGate: (pid: number) => Promise<void>;
  /** Called when all fences stand and the command is let go. */
  readonly atLastGate: () => void;
  readonly onOutput: (chunk: Uint8Array) => void;
}

/** Starts a wrapped command in a process group of its own. */
export async function launch(options: Launch): Promise<Launched> {
  const { wrapped } = options;
  const pipe = await options.pipes.take();
  const drained = new Promise<void>((resolve) => pipe.reader.once('close', resolve));
  pipe.reader.on('data', options.onOutput);
  pipe.reader.on('error', () => pipe.reader.destroy());
  try {
    const child = spawn(wrapped.argv[0] ?? '', wrapped.argv.slice(1), {
      cwd: wrapped.directory,
      env: wrapped.environment,
      detached: true,
      stdio: ['ignore', pipe.writeFd, 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    return { ...follow(child, options), drained, stopReading: () => pipe.reader.destroy() };
  } finally {
    closeSync(pipe.writeFd);
  }
}

function follow(child: ChildProcess, options: Launch): Pick<Launched, 'kill' | 'killGroup' | 'ended'> {
  const { wrapped } = options;
  feed(child, FD.arguments, wrapped.arguments);
  feed(child, FD.seccomp, wrapped.seccomp);
  const gates = openGates(child, options);
  const status = collect(child, FD.status);
  const complaint = collect(child, 2);
  const ended = new Promise<Ended>((resolve) => {
    child.once('error', (error) => resolve({ kind: 'not-started', problem: error.message }));
    child.once('exit', (exitCode, signal) => {
      for (const stream of child.stdio) stream?.destroy();
      if (gates.allPassed()) return resolve({ kind: 'ran', exitCode, signal });
      const problem = gates.problem() ?? (complaint().trim() || `it ended with ${signal ?? exitCode}`);
      resolve({ kind: 'not-started', problem });
    });
  });
  const killGroup = () => {
    if (child.pid !== undefined) kill(-child.pid);
  };
  return { kill: () => killAll(child, status()), killGroup, ended };
}

/**
 * Killing the namespace's first process makes the kernel end all others before its parent learns of it, so that `ended` is
 * the proof. Killing bwrap instead would end them too, but some time after.
 */
function killAll(child: ChildProcess, status: string): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const first = /"child-pid": (\d+)/.exec(status)?.[1];
  kill(first === undefined ? -child.pid : Number(first));
}

function openGates(child: ChildProcess, options: Launch) {
  let passed = 0;
  let problem: string | null = null;
  const go = writable(child, FD.go);
  const prepared = child.pid === undefined ? Promise.resolve() : options.beforeFirstGate(child.pid);
  // Told at the gate, where there is one to tell it to.
  prepared.catch(() => undefined);
  const pass = async () => {
    passed += 1;
    if (passed === 1) await prepared;
    if (passed === 2) options.atLastGate();
    go?.write('\n');
  };
  readable(child, FD.ready)?.on('data', () => {
    pass().catch((error: unknown) => {
      problem = error instanceof Error ? error.message : String(error);
      go?.end();
    });
  });
  return { allPassed: () => passed >= 2, problem: () => problem };
}

/** The reader may end before it has read everything: the exit code tells what became of it. */
function feed(child: ChildProcess, fd: number, bytes: Uint8Array): void {
  writable(child, fd)?.end(bytes);
}

/** What arrives on a descriptor; a few lines at most, from bwrap and the first programs only. */
function collect(child: ChildProcess, fd: number): () => string {
  let text = '';
  readable(child, fd)?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(0, 4096);
  });
  return () => text;
}

function writable(child: ChildProcess, fd: number): Writable | null {
  const stream = child.stdio[fd];
  if (!stream || !('write' in stream)) return null;
  stream.on('error', () => {});
  return stream;
}

function readable(child: ChildProcess, fd: number): Readable | null {
  const stream = child.stdio[fd];
  if (!stream || !('read' in stream)) return null;
  stream.on('error', () => {});
  return stream;
}
