import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { folderNameOf, folderOwner } from './process-folder.ts';
import { identify, isAlive } from './process-identity.ts';

const OWNER = /\.(\d+-\d+-[0-9a-f-]+)\.tmp$/;

/** Where this process writes what is to become `path`: named after the process, so that a later one can tell that it is dead. */
export function unfinishedFile(path: string): string {
  const owner = identify(process.pid);
  return `${path}.${owner === null ? process.pid : folderNameOf(owner)}.tmp`;
}

/** Takes away what processes that are gone were writing in a directory; one that is not there has none. */
export async function sweepUnfinished(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const [, ownerName = ''] = OWNER.exec(name) ?? [];
    const owner = folderOwner(ownerName);
    if (owner !== null && !isAlive(owner)) await rm(join(directory, name), { force: true });
  }
}
