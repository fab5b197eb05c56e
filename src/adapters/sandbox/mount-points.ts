import type { Stats } from 'node:fs';
import { chmod, lchown, lstat, mkdir, unlink } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Mount, SandboxedCommand } from '../../ports/sandbox.ts';
import { sandboxOwner } from './owner.ts';

/** Where a path of the copy stands: in what is written, and in the layer below it where that still shows through. */
interface Place {
  readonly path: string;
  readonly above: string;
  readonly below: string | null;
}

/**
 * Makes the directories of a private copy that others are to be mounted on. A mount must not lead out of the copy, and whoever
 * mounts it follows symbolic links: so none may be on the way. Nothing runs in the copy yet that could put one there later.
 * @throws Error that says which path is in the way
 */
export async function makeMountPoints(
  command: Pick<SandboxedCommand, 'directory' | 'layers' | 'mounts'>,
): Promise<void> {
  for (const mount of command.mounts ?? []) {
    let place: Place = { path: '', above: command.directory, below: command.layers?.below ?? null };
    const names = namesOf(mount);
    for (const [at, name] of names.entries())
      place = await enter(place, name, at === names.length - 1 ? 'last' : 'on the way');
  }
}

function namesOf({ from, to }: Mount): readonly string[] {
  const names = to.split('/');
  const isPlain = names.every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'));
  if (isPlain && isAbsolute(from)) return names;
  throw new Error(`${from} cannot be mounted at ${to}: it has to be an absolute path at a relative one`);
}

async function enter(place: Place, name: string, which: 'last' | 'on the way'): Promise<Place> {
  const path = place.path === '' ? name : `${place.path}/${name}`;
  const above = join(place.above, name);
  const below = place.below === null ? null : join(place.below, name);
  const standing = await standingAt(above);
  const hidden = below === null ? null : await standingAt(below);
  const shown = standing ?? hidden;
  if (isWhiteout(standing)) {
    // What is below would show again, but for a mount that covers it.
    if (which === 'on the way')
      throw new Error(`nothing can be mounted below ${path}: it is not in the tree`);
    await unlink(above);
    await make(above, 0o755);
    return { path, above, below: null };
  }
  if (shown && !shown.isDirectory())
    throw new Error(`nothing can be mounted at ${path}: it is ${kindOf(shown)} in the tree`);
  if (!standing) await make(above, hidden?.mode ?? 0o755);
  return { path, above, below: hidden?.isDirectory() ? below : null };
}

async function make(path: string, mode: number): Promise<void> {
  await mkdir(path);
  await chmod(path, mode & 0o777);
  const owner = sandboxOwner();
  if (owner) await lchown(path, owner.uid, owner.gid);
}

/** Of overlays: a device 0:0 says that what is below is gone. */
function isWhiteout(standing: Stats | null): boolean {
  return standing?.isCharacterDevice() === true && standing.rdev === 0;
}

function kindOf(standing: Stats): string {
  if (standing.isSymbolicLink()) return 'a symbolic link';
  return standing.isFile() ? 'a file' : 'no directory';
}

async function standingAt(path: string): Promise<Stats | null> {
  return lstat(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
}
