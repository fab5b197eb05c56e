import { readFileSync } from 'node:fs';

/** Tells a process from a later one with the same pid, and from one before a reboot. */
export interface Identity {
  readonly pid: number;
  /** Clock ticks since boot at which the process started: field 22 of /proc/PID/stat, see proc(5). */
  readonly startedTicks: number;
  readonly bootId: string;
}

/** The identity of a running process; null when there is none with this pid, or no /proc to tell. */
export function identify(pid: number): Identity | null {
  const seen = statOf(pid);
  const bootId = currentBootId();
  if (!seen || !bootId) return null;
  return { pid, startedTicks: seen.startedTicks, bootId };
}

/** Whether exactly this process still runs. One that has ended and only waits to be reaped does not run. */
export function isAlive(identity: Identity): boolean {
  const seen = statOf(identity.pid);
  return (
    seen !== null &&
    seen.state !== 'Z' &&
    seen.state !== 'X' &&
    seen.startedTicks === identity.startedTicks &&
    currentBootId() === identity.bootId
  );
}

/** Whether exactly this process was stopped by a signal or a tracer, so that it does nothing until it is let go on. */
export function isStopped(identity: Identity): boolean {
  const seen = statOf(identity.pid);
  return seen !== null && seen.state.toUpperCase() === 'T' && isAlive(identity);
}

/** Whether the process leads its own process group, so that a signal to the group reaches it and its children only. */
export function leadsGroup(identity: Identity): boolean {
  return isAlive(identity) && statOf(identity.pid)?.group === identity.pid;
}

interface Stat {
  readonly state: string;
  readonly group: number;
  readonly startedTicks: number;
}

function statOf(pid: number): Stat | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The command name, field 2, is in parentheses and may itself hold spaces and parentheses: count from the last one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', group: Number(fields[2]), startedTicks: Number(fields[19]) };
}

function currentBootId(): string | null {
  return readOrNull('/proc/sys/kernel/random/boot_id')?.trim() ?? null;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
