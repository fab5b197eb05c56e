import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from './missing.ts';

export interface WriteOptions {
  /** Permission bits of the new file. */
  readonly mode?: number;
  /** Where it stands until it is whole, in the same file system; beside its place when left out. */
  readonly temporary?: string;
}

/**
 * Replaces a file whole and durably: synced before it gets its name, the directory after it, so that the name outlives a
 * power loss together with the content. Makes the directory when it is missing.
 */
export async function atomicWrite(
  path: string,
  content: Uint8Array | string,
  { mode = 0o644, temporary = `${path}.${randomUUID()}.tmp` }: WriteOptions = {},
): Promise<void> {
  const made = await mkdir(dirname(path), { recursive: true });
  if (made !== undefined) await syncNames(dirname(path), made);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/**
 * Makes a directory, and those above it that are missing, with names that outlive a power loss: also where somebody else
 * has made it just now and did not care, for all that is synced inside would be gone with the name.
 */
export async function makeDirectory(path: string, mode = 0o777): Promise<void> {
  const made = await mkdir(path, { recursive: true, mode });
  await syncNames(path, made ?? path);
}

/** Syncs the directories that hold the names from `lowest` up to `highest`. */
async function syncNames(lowest: string, highest: string): Promise<void> {
  const end = dirname(highest);
  for (let at = dirname(lowest); at.length >= end.length; at = dirname(at)) {
    await syncDirectory(at).catch(unlessClosed);
    if (at === end) return;
  }
}

/** A directory that we may enter and not read was made by somebody else, long ago. */
function unlessClosed(error: unknown): void {
  if (!hasCode(error, 'EACCES')) throw error;
}

/** Makes names in a directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
