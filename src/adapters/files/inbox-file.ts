import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { type Sha256, sha256 } from '../../core/digest.ts';
import { type FileState, isSameButMoved, isSameState } from '../../core/inbox/at-rest.ts';
import { openForWriting } from '../../platform/open-writers.ts';
import type { FileRead, InboxFile, Place } from '../../ports/inbox.ts';
import { syncDirectory } from './atomic-write.ts';
import { ASIDE, stateOf } from './inbox-folder.ts';
import { hasCode, nullIfMissing } from './missing.ts';

/** Where a file of a workspace's folder stands. */
export function pathIn(folder: string, { name, isAside }: InboxFile): string {
  return isAside ? join(folder, ASIDE, name) : join(folder, name);
}

/** A link in its place is not followed, and a pipe does not block. */
const READING = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export async function readWhole(path: string, file: InboxFile, most: number): Promise<FileRead> {
  if (file.kind !== 'file') return { kind: 'not-a-file', is: file.kind };
  try {
    const opened = await open(path, READING);
    try {
      const before = await opened.stat({ bigint: true });
      if (!before.isFile() || !isSameState(stateOf(before), file.state)) return { kind: 'unsettled' };
      if (before.size > BigInt(most)) return { kind: 'too-large', size: Number(before.size), most };
      const bytes = await unchanging(opened, file.state);
      return bytes === null ? { kind: 'unsettled' } : { kind: 'read', bytes, owner: Number(before.uid) };
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ELOOP')) return { kind: 'unsettled' };
    return { kind: 'unreadable', problem: error instanceof Error ? error.message : String(error) };
  }
}

/** All bytes of a file that stays in one state while it is read; else null. */
async function unchanging(file: FileHandle, state: FileState): Promise<Uint8Array | null> {
  const bytes = await file.readFile();
  const after = await file.stat({ bigint: true });
  return isSameState(stateOf(after), state) && BigInt(bytes.length) === after.size ? bytes : null;
}

/**
 * Between any look at a name and a rename another file can take the name. So a file is first set aside, where its name is
 * nobody else's, looked at there, and only then gets its place. Whatever else was set aside stays there and is taken from
 * there, as is what a process that died between the two has left: it never has to find its way back to a name that may be
 * taken by now.
 */
export async function moveTo(
  folder: string,
  file: InboxFile,
  { place, content }: { readonly place: Place; readonly content: Sha256 | null },
): Promise<'moved' | 'gone' | 'replaced'> {
  const [from, to] = [pathIn(folder, file), join(folder, place.outcome, place.name)];
  const aside = pathIn(folder, { ...file, isAside: true });
  const standing = await nullIfMissing(lstat(from, { bigint: true }));
  if (standing === null) return 'gone';
  if (!isSameState(stateOf(standing), file.state)) return 'replaced';
  // The name was taken by a paper, and nobody else but the holder of the lock moves files there.
  if ((await nullIfMissing(lstat(to))) !== null) throw new Error(`${to} stands in the way of ${from}`);
  if (!file.isAside && (await nullIfMissing(rename(from, aside).then(() => 'aside'))) === null) return 'gone';
  if (!(await isWhatWasRead(aside, file.state, content))) return 'replaced';
  await rename(aside, to);
  for (const one of [join(folder, place.outcome), join(folder, ASIDE), folder]) await syncDirectory(one);
  return 'moved';
}

/** A file that nobody read is known by its state alone. */
async function isWhatWasRead(path: string, state: FileState, content: Sha256 | null): Promise<boolean> {
  const moved = stateOf(await lstat(path, { bigint: true }));
  if (!isSameButMoved(moved, state)) return false;
  if (content === null) return true;
  // Whoever opened it under its old name can still write into it; nobody can open it any more.
  if ((await openForWriting(new Set([path]))).size > 0) return false;
  const file = await open(path, READING);
  try {
    const bytes = await unchanging(file, moved);
    return bytes !== null && sha256(bytes) === content;
  } finally {
    await file.close();
  }
}
