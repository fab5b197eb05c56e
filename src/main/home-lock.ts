import { fail, type GhostError } from '../core/errors.ts';
import { type KernelLock, takeKernelLock } from '../platform/kernel-lock.ts';
import type { Home } from './home.ts';
import { readRunning } from './running.ts';

/** Takes the lock of a home, by which one `ghost up` runs there; null when another process has it. */
export function lockHome(file: string): KernelLock | null {
  return takeKernelLock(file);
}

export function alreadyRunning({ root, runningFile }: Home): GhostError {
  const pid = readRunning(runningFile)?.process.pid;
  const by = pid === undefined ? 'another process' : `process ${pid}`;
  return fail('already_running', { home: root, by });
}
