import { chmod, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../core/errors.ts';
import { type Identity, identify, isAlive } from '../../platform/process-identity.ts';
import { hasCode, isMissing } from './durable.ts';

const FORM = /^(\d+)-(\d+)-([0-9a-f-]+)$/;

/**
 * This process's own directory below `root`, made on demand, named after the process so that a later one can tell
 * that its owner is dead. Others may pass through it and not look into it.
 */
export async function openScratch(root: string): Promise<string> {
  const owner = identify(process.pid);
  if (!owner) throw fail('start_failed', { what: 'the git adapter', problem: 'there is no /proc to read' });
  await mkdir(root, { recursive: true });
  await sweep(root);
  const own = join(root, `${owner.pid}-${owner.startedTicks}-${owner.bootId}`);
  await mkdir(own, { recursive: true });
  await chmod(own, 0o711);
  return own;
}

/** Removes a directory whatever modes a command gave to what is in it. */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!hasCode(error, 'EACCES') && !hasCode(error, 'EPERM') && !hasCode(error, 'ENOTEMPTY')) throw error;
    await makeWritable(path);
    await rm(path, { recursive: true, force: true });
  }
}

async function sweep(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const owner = ownerIn(name);
    if (owner && !isAlive(owner)) await removeTree(join(root, name)).catch(() => undefined);
  }
}

function ownerIn(name: string): Identity | null {
  const [, pid, ticks, bootId] = FORM.exec(name) ?? [];
  if (bootId === undefined) return null;
  return { pid: Number(pid), startedTicks: Number(ticks), bootId };
}

async function makeWritable(path: string): Promise<void> {
  const found = await lstat(path).catch((error) => (isMissing(error) ? null : Promise.reject(error)));
  if (!found?.isDirectory()) return;
  await chmod(path, 0o700);
  for (const name of await readdir(path)) await makeWritable(join(path, name));
}
