import { randomUUID } from 'node:crypto';
import { chmod, link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../core/errors.ts';
import { makeDirectory, syncDirectory } from './atomic-write.ts';
import { hasCode, nullIfMissing } from './missing.ts';

export interface Installation {
  /** Random, made once; the fences of repositories carry it. */
  readonly id: string;
}

/**
 * Opens the directories of an installation and its identity, `data/installation`; makes them at the first start. Both are
 * closed to other users. Safe when several processes start at once: the first one's identity is everybody's.
 */
export async function openInstallation(directories: {
  readonly data: string;
  readonly keys: string;
}): Promise<Installation> {
  for (const directory of [directories.data, directories.keys]) {
    await makeDirectory(directory, 0o700);
  }
  await chmod(directories.keys, 0o700);
  const file = join(directories.data, 'installation');
  const id = (await readId(file)) ?? (await createId(file, directories.data));
  return { id };
}

/** Null in a home that is new; makes nothing. */
export async function readInstallation(data: string): Promise<Installation | null> {
  const id = await readId(join(data, 'installation'));
  return id === null ? null : { id };
}

async function readId(file: string): Promise<string | null> {
  const text = await nullIfMissing(readFile(file, 'utf8'));
  if (text === null) return null;
  const id = text.trim();
  if (!/^[0-9a-f-]{36}$/.test(id)) {
    throw fail('integrity_broken', { problem: `${file} does not hold the identity of an installation` });
  }
  return id;
}

/** The file gets its name only when it is complete and synced; a name that is already there wins. */
async function createId(file: string, directory: string): Promise<string> {
  const id = randomUUID();
  const temporary = `${file}.${id}.tmp`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${id}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(temporary, file);
    return id;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    return (await readId(file)) ?? id;
  } finally {
    await rm(temporary, { force: true });
    await syncDirectory(directory);
  }
}
