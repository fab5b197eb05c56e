import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { directoriesUpTo, isMissing, sync } from './durable.ts';
import { isMarked } from './lock-mark.ts';
import type { BranchRefs } from './refs.ts';

/*
 * Removing a lock that a living process holds lets two writers in: that has emptied branches, and a fence whose lock is
 * taken from a living `pack-refs` goes back to an earlier mark. So age is never a reason. The caller holds the kernel lock,
 * under which alone Ghost's own writers run, and knows that the writer in question is dead; and the file itself must carry
 * the mark of such a writer, and hold no more than what that one was writing.
 *
 * What carries no mark, such as a lock on a file system that keeps no modes, stays: the landing answers `locked` with its
 * path, and a person decides.
 */

/** Removes what the dead writer of a landing of `commit` can have left behind. */
export async function clearLandingLocks(refs: BranchRefs, commit: string, fence: string): Promise<void> {
  await clear(refs, refs.branchRef, (content) => `${commit}\n`.startsWith(content));
  await clear(refs, refs.fenceRef, (content) => `${fence}\n`.startsWith(content));
}

/** Removes the fence's own lock, which a writer leaves behind when it dies while raising the fence or landing. */
export function clearFenceLock(refs: BranchRefs): Promise<boolean> {
  return clear(refs, refs.fenceRef, (content) => /^[0-9a-f]*\n?$/.test(content));
}

/** Removes the lock of the log, which a writer leaves behind when it dies while moving it. */
export function clearLogLock(refs: BranchRefs): Promise<boolean> {
  return clear(refs, refs.logRef, (content) => /^[0-9a-f]*\n?$/.test(content));
}

async function clear(
  refs: BranchRefs,
  name: string,
  looksOurs: (content: string) => boolean,
): Promise<boolean> {
  const path = join(refs.commonDir, `${name}.lock`);
  if (!(await isMarked(path, refs.commonDir))) return false;
  const content = await contentOf(path);
  if (content === null || !looksOurs(content)) return false;
  await rm(path, { force: true });
  await Promise.all(directoriesUpTo(path, refs.commonDir).map(sync));
  return true;
}

async function contentOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
