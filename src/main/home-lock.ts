import { type KernelLock, takeKernelLock } from '../platform/kernel-lock.ts';

/** Takes the lock of a home, by which one `ghost up` runs there; null when another process has it. */
export function lockHome(file: string): KernelLock | null {
  return takeKernelLock(file);
}
