import { open, rename, rm } from 'node:fs/promises';
import { unfinishedFile } from './unfinished-file.ts';

/**
 * Replaces a file whole: readers see the old content or the new one, never a part. Not synced: for what is written
 * anew every few seconds.
 * @param mode permission bits of the new file
 */
export async function replaceFile(path: string, content: string, mode = 0o644): Promise<void> {
  const temporary = unfinishedFile(path);
  try {
    const file = await open(temporary, 'w', mode);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
