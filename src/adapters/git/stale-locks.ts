import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { directoriesUpTo, isMissing, sync } from './durable.ts';
import type { BranchRefs } from './refs.ts';

/*
 * A lock file of git says nothing about who made it, and removing one that a living process holds lets two writers in:
 * that has emptied branches. So age is never a reason. The caller holds the kernel lock, under which alone Ghost's own
 * writers run, and knows that the writer in question is dead; and the file must look as that writer would have left
 * it: empty, or holding (the beginning of) the very id it was about to write. Another git's lock on the same branch
 * holds another id and is left alone.
 */

/** Removes what the dead writer of a landing of `commit` can have left behind. */
export async function clearLandingLocks(refs: BranchRefs, commit: string, fence: string): Promise<void> {
  await clear(refs, refs.branchRef, (content) => `${commit}\n`.startsWith(content));
  await clearFenceLock(refs, (content) => `${fence}\n`.startsWith(content));
  if (await refs.isHead()) await clear(refs, 'HEAD', (content) => content === '');
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
  const path = join(refs.commonDir, `${name}.lock`);
  try {
    if (!looksOurs(await readFile(path, 'latin1'))) return false;
    await unlink(path);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
  await Promise.all(directoriesUpTo(path, refs.commonDir).map(sync));
  return true;
}
