import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Syncs a file's content, or a directory's names, through a handle of its own. False when there is nothing there. */
export async function sync(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
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
