import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One of our own processes, told about by its IPC channel as a supervisor would be. */
export interface Child {
  readonly process: ChildProcess;
  /** Resolves with what it announced, rejects when it ended first. */
  readonly ready: Promise<Readonly<Record<string, string | number>>>;
  /** How it ended. */
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly stderr: string;
  }>;
}

/** Starts a module of this project as a process of its own. @param module path from the project's root */
export function startProcess(module: string, settings: Readonly<Record<string, string>>): Child {
  const path = fileURLToPath(new URL(`../../${module}`, import.meta.url));
  const child = spawn(process.execPath, [path], {
    env: { ...bareEnvironment(), ...settings },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended: Child['ended'] = new Promise((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, stderr })),
  );
  const ready: Child['ready'] = new Promise((resolve, reject) => {
    child.on(
      'message',
      (message: { kind?: string; details?: Record<string, string | number>; problem?: string }) => {
        if (message.kind === 'ready') resolve(message.details ?? {});
        if (message.kind === 'refused') reject(new Error(message.problem));
      },
    );
    void ended.then((end) =>
      reject(new Error(`${module} ended before it was ready: ${JSON.stringify(end)}`)),
    );
  });
  ready.catch(() => undefined);
  return { process: child, ready, ended };
}

/** Nothing of our own environment but where programs are, and where compiled modules are kept. */
export function bareEnvironment(): Readonly<Record<string, string>> {
  const { PATH = '', NODE_COMPILE_CACHE: compiled } = process.env;
  return { PATH, ...(compiled !== undefined && { NODE_COMPILE_CACHE: compiled }) };
}

/** Processes whose command line or environment mentions `text`. */
export function processesMentioning(text: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => [`/proc/${pid}/cmdline`, `/proc/${pid}/environ`].some((file) => contains(file, text)))
    .map(Number);
}

function contains(file: string, text: string): boolean {
  try {
    return readFileSync(file, 'latin1').includes(text);
  } catch {
    return false;
  }
}

/** Asks again and again, for at most `limitMs`, until the answer is there: only for what another process does. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  limitMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
