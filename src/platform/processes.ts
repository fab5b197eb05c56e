import { readFileSync } from 'node:fs';

/** What the kernel tells of one process. */
export interface ProcessReading {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks since boot. With the pid it names one process for good. */
  readonly startedTicks: number;
  readonly state: string;
  readonly rssBytes: number;
  /** User and system time used so far, milliseconds. */
  readonly cpuMs: number;
}

// USER_HZ is 100 on every Linux that Node runs on, and the page size is read from no cheaper place than this.
const TICK_MS = 10;
const PAGE_BYTES = 4096;

/** Reads /proc/PID/stat (proc(5)); null when there is no such process, or no /proc. */
export function readProcess(pid: number): ProcessReading | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  // The name in parentheses may hold blanks and parentheses; the fields count from the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return {
    pid,
    startedTicks: field(22),
    state: fields[0] ?? '?',
    rssBytes: field(24) * PAGE_BYTES,
    cpuMs: (field(14) + field(15)) * TICK_MS,
  };
}

/** Whether a process that was once read is still the same and not a zombie. Where there is no /proc the pid decides. */
export function isRunning({ pid, startedTicks }: { pid: number; startedTicks: number }): boolean {
  if (startedTicks === 0) return answersSignals(pid);
  const now = readProcess(pid);
  return now !== null && now.startedTicks === startedTicks && now.state !== 'Z';
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
