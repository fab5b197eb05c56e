import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { eventually } from '../../world/processes.ts';
import type { CallFault } from './fault.ts';

/** What changes something outside the process that calls it. One that an architecture has not is left out by `?`. */
const CALLS = [
  ...[
    'write',
    'writev',
    'pwrite64',
    'pwritev',
    'fsync',
    'fdatasync',
    '?rename',
    'renameat2',
    '?link',
    '?unlink',
  ],
  ...['unlinkat', '?mkdir', 'mkdirat', '?rmdir', 'ftruncate', 'openat', '?symlink', '?chmod', 'fchmod'],
  ...['sendmsg', 'kill', 'exit_group'],
];

export const STRACE = { program: '/usr/bin/strace', calls: CALLS.join(',') } as const;

export interface Traced {
  readonly call: string;
  /** Among the calls of this name by this thread, from 1. */
  readonly nth: number;
}

/** Opening changes something only where it creates; all openings count, as they do for an injection. */
export function tracedLines(text: string): readonly Traced[] {
  const counts = new Map<string, number>();
  return text.split('\n').flatMap((line) => {
    const [, task = '', call = ''] = /^(?:(\d+) +)?([a-z_0-9]+)\(/.exec(line) ?? [];
    if (call === '') return [];
    const nth = (counts.get(`${task} ${call}`) ?? 0) + 1;
    counts.set(`${task} ${call}`, nth);
    return call === 'openat' && !line.includes('O_CREAT') ? [] : [{ call, nth }];
  });
}

/** Killed before the call has done anything; stopped when it has. */
export function injection(call: string, nth: number, how: CallFault): string {
  const signal = how === 'kill' ? 'KILL' : 'STOP';
  return `-e trace=${call} -e inject=${call}:signal=${signal}:when=${nth}`;
}

export interface Tracer {
  readonly pid: number;
  /** Lets go of the thread, if it still lives. */
  detach(): Promise<void>;
}

/** Puts a tracer at one thread; resolves when it is there. */
export async function traceThread(
  thread: number,
  options: readonly string[],
  output: string,
): Promise<Tracer> {
  const tracer = spawn(STRACE.program, ['-p', String(thread), '-o', output, ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  tracer.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => tracer.once('close', () => resolve()));
  await eventually('the tracer is there', () => said.includes('attached') || tracer.exitCode !== null);
  if (!said.includes('attached')) throw new Error(`strace: ${said}`);
  return {
    pid: tracer.pid ?? 0,
    detach: async () => {
      tracer.kill('SIGTERM');
      await ended;
    },
  };
}

export function readTrace(file: string): readonly Traced[] {
  return existsSync(file) ? tracedLines(readFileSync(file, 'latin1')) : [];
}
