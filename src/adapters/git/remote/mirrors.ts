import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { takeKernelLock } from '../../../platform/kernel-lock.ts';
import { removeTree } from '../../../platform/remove-tree.ts';
import type { MirrorCopy, Mirrored, MirrorHold, MirrorRequest, Mirrors } from '../../../ports/repository.ts';
import { sync } from '../durable.ts';
import { SYSTEM_PATH } from '../environment.ts';
import { accessTo } from './access.ts';
import { NETWORK_LIMITS, type NetworkLimits } from './git-link.ts';
import { copyRemote, freshenCopy, remoteHasAll } from './mirror-copy.ts';

export interface MirrorOptions {
  /** Absolute folder of all copies. */
  readonly folder: string;
  readonly path?: string;
  readonly limits?: NetworkLimits;
}

interface Setting {
  readonly folder: string;
  readonly searchPath: string;
  readonly limits: NetworkLimits;
}

/** Copies that are being made or removed, as `NAME~UUID`: what stands under its name is whole. */
const UNFINISHED = '.unfinished';

/** Bare repositories with one branch each, one for each remote workspace, named after it. */
export function gitMirrors({ folder, path = SYSTEM_PATH, limits = NETWORK_LIMITS }: MirrorOptions): Mirrors {
  const setting = { folder, searchPath: path, limits };
  return { hold: (name) => hold(setting, name) };
}

async function hold(setting: Setting, name: string): Promise<MirrorHold | null> {
  await mkdir(join(setting.folder, UNFINISHED), { recursive: true, mode: 0o700 });
  const lock = takeKernelLock(lockFile(setting, name));
  if (lock === null) return null;
  try {
    await removeUnfinished(setting, name);
  } catch (error) {
    lock.release();
    throw error;
  }
  return {
    make: (request) => make(setting, name, request),
    discard: (copy) => discard(setting, name, copy),
    release: () => lock.release(),
  };
}

/** Whoever makes or removes a copy has the lock of its name, until it ends in whatever way. */
async function removeUnfinished(setting: Setting, held: string): Promise<void> {
  const { folder, searchPath } = setting;
  for (const entry of await readdir(join(folder, UNFINISHED))) {
    const name = entry.slice(0, entry.lastIndexOf('~'));
    const lock = name === held ? null : takeKernelLock(lockFile(setting, name));
    if (lock === null && name !== held) continue;
    try {
      await removeTree(join(folder, UNFINISHED, entry), searchPath);
    } finally {
      lock?.release();
    }
  }
}

async function make(setting: Setting, name: string, request: MirrorRequest): Promise<Mirrored> {
  const { folder, searchPath, limits } = setting;
  const { remote, branch, progress } = request;
  await accessTo(remote);
  const gitDir = gitDirOf(setting, name);
  const partsAt = (at: string) => ({
    ...{ remote, limits, progress },
    place: { searchPath, gitDir: at, workTree: null },
  });
  if (await exists(gitDir))
    return { gitDir, branch: await freshenCopy(partsAt(gitDir), branch), found: true };
  const draft = aside(setting, name);
  try {
    const copied = await copyRemote(partsAt(draft), branch);
    await rename(draft, gitDir);
    await sync(folder);
    return { gitDir, branch: copied, found: false };
  } finally {
    if (await exists(draft)) await removeTree(draft, searchPath);
  }
}

async function discard(setting: Setting, name: string, { gitDir, remote }: MirrorCopy): Promise<boolean> {
  const { folder, searchPath, limits } = setting;
  if (remote === null || gitDir !== gitDirOf(setting, name)) return false;
  const place = { searchPath, gitDir, workTree: null };
  if (!(await remoteHasAll({ place, remote, limits }))) return false;
  // Half of a copy must not stand under its name, however this ends.
  const away = aside(setting, name);
  await rename(gitDir, away);
  await sync(folder);
  await removeTree(away, searchPath);
  return true;
}

function gitDirOf({ folder }: Setting, name: string): string {
  return join(folder, `${name}.git`);
}

function lockFile({ folder }: Setting, name: string): string {
  return join(folder, `.${name}.lock`);
}

function aside({ folder }: Setting, name: string): string {
  return join(folder, UNFINISHED, `${name}~${randomUUID()}`);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
