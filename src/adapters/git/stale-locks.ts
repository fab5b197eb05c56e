import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { directoriesUpTo, isMissing, sync } from './durable.ts';
import type { BranchRefs } from './refs.ts';

/*
 * A lock file of git says nothing about who made it, and removing one that a living process holds lets two writers in:
 * that has emptied branches. So age is never a reason. The caller holds the kernel lock, under which alone Ghost's own
 * writers run, and knows that the writer in question is dead; and the file itself must name what that writer was doing.
 *
 * An empty lock names nothing: git's lock on HEAD always is, and its lock on a branch is for a moment. So the branch's
 * lock is ours when it holds the whole id of our commit, and HEAD's lock is ours only while that one stands beside it:
 * git locks HEAD after the branch, so a lock on HEAD alone is most likely a `git commit` of somebody who is working.
 * A writer that dies within the few microseconds in which its locks do not name it leaves one that nothing tells apart
 * from such a commit's: the landing answers `locked` with its path, and a person decides.
 */

/** Removes what the dead writer of a landing of `commit` can have left behind. */
export async function clearLandingLocks(refs: BranchRefs, commit: string, fence: string): Promise<void> {
  const isOurs = (content: string) => content === commit || content === `${commit}\n`;
  const branchLock = await contentOf(lockOf(refs, refs.branchRef));
  if (branchLock !== null && isOurs(branchLock)) {
    // HEAD first: for as long as the branch's lock stands, no other git can get past it.
    if (await refs.isHead()) await clear(refs, 'HEAD', (content) => content === '');
    await clear(refs, refs.branchRef, isOurs);
  }
  await clearFenceLock(refs, (content) => `${fence}\n`.startsWith(content));
}

/** Removes the fence's own lock, which a writer leaves behind when it dies while raising the fence or landing. */
export function clearFenceLock(
  refs: BranchRefs,
  looksOurs: (content: string) => boolean = (content) => /^[0-9a-f]*\n?$/.test(content),
): Promise<boolean> {
  return clear(refs, refs.fenceRef, looksOurs);
}

async function clear(
  refs: BranchRefs,
  name: string,
  looksOurs: (content: string) => boolean,
): Promise<boolean> {
  const path = lockOf(refs, name);
  const content = await contentOf(path);
  if (content === null || !looksOurs(content)) return false;
  await rm(path, { force: true });
  await Promise.all(directoriesUpTo(path, refs.commonDir).map(sync));
  return true;
}

function lockOf(refs: BranchRefs, name: string): string {
  return join(refs.commonDir, `${name}.lock`);
}

async function contentOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
