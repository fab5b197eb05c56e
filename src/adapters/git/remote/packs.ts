import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sync } from '../durable.ts';
import type { NetworkEnd } from './network-git.ts';

/** No fetch that is still under way has left a file untouched for so long: one that stalls is ended far sooner. */
const ABANDONED_MS = 2 * 3_600_000;

/** A fetch into a repository: what it brought is durable when it has succeeded, and what it began is gone when it has not. */
export async function fetching(gitDir: string, fetch: () => Promise<NetworkEnd>): Promise<NetworkEnd> {
  const before = new Set(await unfinishedIn(gitDir));
  const end = await fetch();
  if (end.exitCode === 0) await syncPacks(gitDir);
  else await removeUnfinished(gitDir, before);
  return end;
}

/**
 * Makes durable that the packs are there. git syncs what is in them before it gives them their names (`core.fsync`),
 * and never the names.
 */
export async function syncPacks(gitDir: string): Promise<void> {
  const objects = join(gitDir, 'objects');
  await sync(join(objects, 'pack'));
  await sync(objects);
}

/**
 * What a fetch that was cut off leaves is of no use to the next one and never goes by itself. Another process may have
 * begun one since `before`: then that one fails, and is tried again.
 */
async function removeUnfinished(gitDir: string, before: ReadonlySet<string>): Promise<void> {
  for (const path of await unfinishedIn(gitDir)) {
    const found = await lstat(path).catch(() => null);
    const isOld = found !== null && Date.now() - found.mtimeMs > ABANDONED_MS;
    if (isOld || !before.has(path)) await rm(path, { force: true });
  }
}

async function unfinishedIn(gitDir: string): Promise<string[]> {
  const folder = join(gitDir, 'objects', 'pack');
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /^tmp_(?:pack|idx|rev)_/.test(name)).map((name) => join(folder, name));
}
