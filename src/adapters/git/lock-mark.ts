import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './durable.ts';

/*
 * git's lock files come into being empty, and many stay so: of a ref that is verified, deleted, pruned by `pack-refs` or set
 * to what it is, git closes the lock at once and holds it by its name alone. So neither an empty content nor the lack of a
 * process that has the file open tells a dead writer's lock from a living git's. What a file has from its first moment on is
 * its mode. Ghost's writer runs without permission to write to what it makes: that is no hindrance to git, which renames
 * lock files and never opens one again, and no other git has such a mask, since its directories would be of no use to it.
 */

/** Runs the command that follows as one whose lock files are marked. Before flock(1) it would mark the kernel lock's file. */
export const MARKING: readonly string[] = ['/bin/sh', '-c', 'umask a-w && exec "$@"', 'sh'];

const WRITABLE = 0o222;

/** Whether the lock file was made by a writer of Ghost. Never so on a file system that shows every file as not writable. */
export async function isMarked(lock: string, commonDir: string): Promise<boolean> {
  const [mode, other] = await Promise.all([modeOf(lock), modeOf(join(commonDir, 'HEAD'))]);
  return mode !== null && (mode & WRITABLE) === 0 && other !== null && (other & WRITABLE) !== 0;
}

/** Null for what is no file. */
async function modeOf(path: string): Promise<number | null> {
  try {
    const found = await lstat(path);
    return found.isFile() ? found.mode : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
