import { existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Diagnosis } from '../../app/diagnose.ts';
import { fileSystemOf } from '../../platform/file-system.ts';
import type { Home } from '../home.ts';
import { tryHome } from '../try-home.ts';

const MIB = 1024 * 1024;
/** Below this `ghost ledger check` complains as well: a few large patches and their checks may fill it. */
const LEAST_FREE = 256 * MIB;

/** Rights, room, and what the file system keeps of its promises. Nothing is made in a home that is not there. */
export async function examineHome(home: Home): Promise<readonly Diagnosis[]> {
  const { data } = home;
  if (!existsSync(data)) {
    const saw = `${home.root} is new: nothing of an installation is there`;
    return [{ what: 'home', state: 'ok', saw, fix: 'check GHOST_HOME where this is not a first start' }];
  }
  await tryHome(data);
  return [await roomOf(data), ...[data, home.keys, home.operatorToken].flatMap(rightsOf)];
}

async function roomOf(folder: string): Promise<Diagnosis> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const saw = `${folder} on ${await fileSystemOf(folder)}, ${Math.round(free / MIB)} MiB free; locks, syncs and renames hold`;
  if (free >= LEAST_FREE) return { what: 'home', state: 'ok', saw, fix: null };
  return { what: 'home', state: 'degraded', saw, fix: 'make room: without it nothing is accepted' };
}

/** Whatever is there has to be ours, and keys are for nobody else. */
function rightsOf(path: string, index: number): readonly Diagnosis[] {
  if (!existsSync(path)) return [];
  const { mode, uid } = statSync(path);
  const what = `rights of ${path}`;
  const us = process.getuid?.() ?? uid;
  if (uid !== us && us !== 0) {
    const saw = `it belongs to uid ${uid}, and this process is uid ${us}`;
    return [{ what, state: 'refused', saw, fix: `chown -R ${us} ${path}, or run as its owner` }];
  }
  const open = index > 0 && (mode & 0o077) !== 0;
  if (!open) return [];
  const saw = `mode ${(mode & 0o777).toString(8)}: others than its owner get at keys`;
  return [{ what, state: 'degraded', saw, fix: `chmod go= ${path}` }];
}
