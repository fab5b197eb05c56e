import { readFileSync, rmSync } from 'node:fs';
import { type Identity, identify, isAlive } from '../platform/process-identity.ts';
import { replaceFile } from '../platform/replace-file.ts';

/** What a `ghost up` leaves beside its lock for the command line and the workers. */
export interface RunningRecord {
  /** Who it is: a signal is sent to exactly this process. */
  readonly process: Identity;
  /** URLs by service, once it is ready. */
  readonly urls: Readonly<Record<string, string>>;
}

const MODE = 0o600;
/** Where the system does not tell more, the pid has to do. */
const ANONYMOUS = { startedTicks: 0, bootId: '' };

export function writeRunning(file: string, urls: RunningRecord['urls']): Promise<void> {
  const record: RunningRecord = {
    process: identify(process.pid) ?? { pid: process.pid, ...ANONYMOUS },
    urls,
  };
  return replaceFile(file, `${JSON.stringify(record)}\n`, MODE);
}

/** The record of a `ghost up` that runs; null when there is none, or when the one that wrote it is gone. */
export function readRunning(file: string): RunningRecord | null {
  const record = parse(file);
  return record !== null && isRunning(record.process) ? record : null;
}

export function isRunning(identity: Identity): boolean {
  return identity.bootId === '' ? answersSignals(identity.pid) : isAlive(identity);
}

export function removeRunning(file: string): void {
  rmSync(file, { force: true });
}

function parse(file: string): RunningRecord | null {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8'));
    const { pid, startedTicks, bootId } = Object(record.process);
    if (!Number.isSafeInteger(pid) || pid <= 0 || !Number.isSafeInteger(startedTicks)) return null;
    return { process: { pid, startedTicks, bootId: String(bootId) }, urls: Object(record.urls) };
  } catch {
    return null;
  }
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
