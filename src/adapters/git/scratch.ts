import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../core/errors.ts';
import { folderNameOf, folderOwner } from '../../platform/process-folder.ts';
import { identify, isAlive } from '../../platform/process-identity.ts';
import { removeTree } from '../../platform/remove-tree.ts';

/**
 * This process's own directory below `root`, made on demand, named after the process so that a later one can tell
 * that its owner is dead. Others may pass through it and not look into it.
 */
export async function openScratch(root: string, searchPath: string): Promise<string> {
  const owner = identify(process.pid);
  if (!owner) throw fail('start_failed', { what: 'the git adapter', problem: 'there is no /proc to read' });
  await mkdir(root, { recursive: true });
  await sweep(root, searchPath);
  const own = join(root, folderNameOf(owner));
  await mkdir(own, { recursive: true });
  await chmod(own, 0o711);
  return own;
}

async function sweep(root: string, searchPath: string): Promise<void> {
  for (const name of await readdir(root)) {
    const owner = folderOwner(name);
    if (owner && !isAlive(owner)) await removeTree(join(root, name), searchPath).catch(() => undefined);
  }
}
