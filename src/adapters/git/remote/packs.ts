import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sync } from '../durable.ts';

/** No fetch that is still under way has left a file untouched for so long: one that stalls is ended far sooner. */
const ABANDONED_MS = 2 * 3_600_000;

/**
 * Makes durable that the packs are there. git syncs what is in them before it gives them their names (`core.fsync`),
 * and never the names.
 */
export async function syncPacks(gitDir: string): Promise<void> {
  const objects = join(gitDir, 'objects');
  await sync(join(objects, 'pack'));
  await sync(objects);
}

/** What a fetch that was cut off leaves, `tmp_pack_XXXXXX`, is of no use to the next one and never goes by itself. */
export async function removeAbandonedPacks(gitDir: string): Promise<void> {
  const folder = join(gitDir, 'objects', 'pack');
  for (const name of await readdir(folder).catch(() => [])) {
    if (!/^tmp_(?:pack|idx|rev)_/.test(name)) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
}
