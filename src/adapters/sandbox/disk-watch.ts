import { statfs } from 'node:fs/promises';
import type { Clock } from '../../platform/clock.ts';
import type { Limits } from './limits.ts';

const LOOK_EVERY_MS = 250;
/** What is free belongs to the ledger before it belongs to any command. */
const LARGEST_SHARE = 0.5;

export interface DiskWatch {
  /** The private copy: where a command writes to a disk of the host. */
  readonly directory: string;
  readonly limits: Pick<Limits, 'diskBytes' | 'diskFiles'>;
  readonly clock: Clock;
}

interface Amount {
  readonly bytes: number;
  readonly files: number;
}

/**
 * Watches the disk that a command writes to until `signal` aborts, and tells once, in words, when too much of it went.
 * Looks at the file system as a whole: what is written to a file that was removed while it is open stands in no directory
 * and is full all the same. So others who write there count too, and whoever is told should not blame the command alone.
 * A fast writer gets past the limit by what fits into a quarter of a second.
 */
export async function watchDisk(
  { directory, limits, clock }: DiskWatch,
  onExceeded: (problem: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const start = await freeOn(directory);
  // Without its directory the command does not start, and says so itself.
  if (start === null) return;
  const most = {
    bytes: Math.min(limits.diskBytes, start.bytes * LARGEST_SHARE),
    files: Math.min(limits.diskFiles, start.files * LARGEST_SHARE),
  };
  while (!signal.aborted) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    const free = await freeOn(directory);
    if (signal.aborted || free === null) return;
    const problem = problemOf({ bytes: start.bytes - free.bytes, files: start.files - free.files }, most);
    if (problem !== null) return onExceeded(problem);
  }
}

function problemOf(gone: Amount, most: Amount): string | null {
  const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`;
  if (gone.bytes > most.bytes)
    return `${mebibytes(gone.bytes)} of the disk went while it ran, at most ${mebibytes(most.bytes)} may`;
  return gone.files > most.files
    ? `${gone.files} files were made while it ran, at most ${Math.floor(most.files)} may be`
    : null;
}

/** Some file systems have no fixed number of files and say 0: then none is ever gone. */
async function freeOn(directory: string): Promise<Amount | null> {
  const found = await statfs(directory).catch(() => null);
  return found && { bytes: found.bavail * found.bsize, files: found.ffree };
}
