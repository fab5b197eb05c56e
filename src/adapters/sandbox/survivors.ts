import { readdirSync, readFileSync } from 'node:fs';

/** Each pass can meet processes that were forked after it began; a fork bomb that outruns this many is not caught. */
const MOST_PASSES = 20;

/**
 * Kills every process whose environment holds `marker`, for machines without a process namespace: a daemon has left the
 * process group, and its environment is what it still has from us. One that wipes its environment escapes; level 2 is for that.
 */
export function killMarked(marker: string): void {
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const marked = processes().filter((pid) => environmentOf(pid).includes(marker));
    if (marked.length === 0) return;
    for (const pid of marked) kill(pid);
  }
}

/** Kills a process, or with a negative number a process group; one that has already ended is fine. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

function processes(): readonly number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 0 && pid !== process.pid);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return [];
  }
}
