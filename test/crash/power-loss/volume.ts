import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file or a directory, told apart from its names. */
export interface Inode {
  readonly id: number;
  readonly kind: 'file' | 'directory';
  mode: number;
  /** Of a file. */
  bytes: Buffer;
  /** What `bytes` is the beginning of, where this volume may write; null while the content is shared. */
  room: Buffer | null;
  /** Of a directory. */
  readonly names: Map<string, Inode>;
}

/** What a disk holds: inodes by number, the first is the top. */
export interface Volume {
  readonly top: Inode;
  readonly inodes: Map<number, Inode>;
}

export type Skipped = (path: string) => boolean;

function emptyVolume(): Volume {
  const top = newInode(0, 'directory', 0o755);
  return { top, inodes: new Map([[0, top]]) };
}

export function newInode(id: number, kind: Inode['kind'], mode: number): Inode {
  return { id, kind, mode, bytes: Buffer.alloc(0), room: null, names: new Map() };
}

/** Reads a folder of the real disk, all but what `skipped` names by its path below the folder. */
export function readVolume(folder: string, skipped: Skipped): Volume {
  const volume = emptyVolume();
  const fill = (directory: Inode, below: string) => {
    for (const name of readdirSync(join(folder, below)).sort()) {
      const path = below === '' ? name : `${below}/${name}`;
      if (skipped(path)) continue;
      const stat = lstatSync(join(folder, path));
      const inode = newInode(
        volume.inodes.size,
        stat.isDirectory() ? 'directory' : 'file',
        stat.mode & 0o7777,
      );
      volume.inodes.set(inode.id, inode);
      directory.names.set(name, inode);
      if (inode.kind === 'directory') fill(inode, path);
      else inode.bytes = readFileSync(join(folder, path));
    }
  };
  fill(volume.top, '');
  return volume;
}

export function copyVolume({ inodes }: Volume): Volume {
  const copies = new Map(
    [...inodes.values()].map((inode) => [inode.id, newInode(inode.id, inode.kind, inode.mode)]),
  );
  for (const { id, bytes, names } of inodes.values()) {
    const copy = copies.get(id);
    if (copy === undefined) continue;
    copy.bytes = bytes;
    for (const [name, { id: child }] of names) {
      const copied = copies.get(child);
      if (copied !== undefined) copy.names.set(name, copied);
    }
  }
  const top = copies.get(0);
  if (top === undefined) throw new Error('a volume without a top');
  return { top, inodes: copies };
}

/** Every file and directory by its path; a directory's content is null. */
export function* entriesOf({ top }: Volume): Generator<readonly [path: string, inode: Inode]> {
  const open: [string, Inode][] = [['', top]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [path, inode] = next;
    if (path !== '') yield [path, inode];
    for (const [name, child] of inode.names) open.push([path === '' ? name : `${path}/${name}`, child]);
  }
}

export function inodeAt({ top }: Volume, path: string): Inode | null {
  let at: Inode | undefined = top;
  for (const name of path.split('/').filter(Boolean)) at = at?.names.get(name);
  return at ?? null;
}

/** Makes the folder hold the volume and nothing else. */
export function writeVolume(folder: string, volume: Volume): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [path, inode] of entriesOf(volume)) {
    if (inode.kind === 'directory') mkdirSync(join(folder, path));
    else writeFileSync(join(folder, path), inode.bytes);
    chmodSync(join(folder, path), inode.mode);
  }
}

/** Paths at which two volumes differ, for the test of the recorder. */
export function differencesOf(one: Volume, other: Volume): string[] {
  const sides = [one, other].map((volume) => new Map(entriesOf(volume)));
  const [left = new Map<string, Inode>(), right = new Map<string, Inode>()] = sides;
  return [...new Set([...left.keys(), ...right.keys()])].filter(
    (path) => !isSame(left.get(path), right.get(path)),
  );
}

function isSame(one: Inode | undefined, other: Inode | undefined): boolean {
  return one !== undefined && one.kind === other?.kind && one.bytes.equals(other.bytes);
}
