import { readFileSync } from 'node:fs';

/** What the kernel tells of one process; process-identity.ts tells whether it is still the same. */
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
