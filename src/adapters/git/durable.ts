import { closeSync, fsync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const fsyncOf = promisify(fsync);

/**
 * Syncs a file's content, or a directory's names, through a handle of its own. False when there is nothing there.
 * Only the sync itself leaves the event loop: opening and closing take microseconds, a trip to the thread pool more.
 */
export async function sync(path: string): Promise<boolean> {
  try {
    const fd = openSync(path, 'r');
    try {
      await fsyncOf(fd);
    } finally {
      closeSync(fd);
    }
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Syncs what was written to an open file. */
export function syncOpen(fd: number): Promise<void> {
  return fsyncOf(fd);
}

/** Every directory from the one that holds `path` up to `top`, both included. `path` must lie below `top`. */
export function directoriesUpTo(path: string, top: string): string[] {
  const directories: string[] = [];
  for (let at = dirname(path); at.length >= top.length; at = dirname(at)) {
    directories.push(at);
    if (at === top) break;
  }
  return directories;
}

export function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR');
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
