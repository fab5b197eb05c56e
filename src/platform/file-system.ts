import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Something that was tried and does not work. */
export interface Shortcoming {
  readonly what: string;
  readonly got: string;
  readonly expected: string;
}

/** What is tried in a directory that is empty; the answer is what came of it where that is not what was expected. */
export interface Trial {
  readonly what: string;
  readonly expected: string;
  readonly run: (directory: string) => Promise<string | null>;
}

/**
 * Tries, in a directory of its own below `directory`, what atomic and durable files rest on, and then `more`. Nothing is
 * left behind.
 * @returns the first thing that does not work, or null
 */
export async function tryFileSystem(
  directory: string,
  more: readonly Trial[] = [],
): Promise<Shortcoming | null> {
  const own = join(directory, `probe-${randomUUID()}`);
  try {
    for (const { what, expected, run } of [making(own), ...TRIALS, ...more]) {
      const got = await run(own).catch(messageOf);
      if (got !== null) return { what, got, expected };
    }
    return null;
  } finally {
    await rm(own, { recursive: true, force: true }).catch(() => undefined);
  }
}

const WORKS = 'to work';

function making(own: string): Trial {
  return {
    what: 'making a directory',
    expected: WORKS,
    run: () => mkdir(own).then(() => null),
  };
}

const TRIALS: readonly Trial[] = [
  {
    what: 'creating a file that must not be there yet',
    expected: 'a second creation to be refused',
    run: exclusive,
  },
  { what: 'renaming a file over another', expected: 'the new content under the name', run: renaming },
  { what: 'syncing a file and its directory', expected: WORKS, run: syncing },
];

async function exclusive(directory: string): Promise<string | null> {
  const file = join(directory, 'exclusive');
  await writeFile(file, 'first', { flag: 'wx' });
  const second = await writeFile(file, 'second', { flag: 'wx' }).then(() => 'created twice', codeOf);
  return second === 'EEXIST' ? null : second;
}

async function renaming(directory: string): Promise<string | null> {
  const [from, to] = [join(directory, 'new'), join(directory, 'old')];
  await writeFile(to, 'old');
  await writeFile(from, 'new');
  await rename(from, to);
  const text = await readFile(to, 'utf8');
  return text === 'new' ? null : `the content ${JSON.stringify(text)}`;
}

async function syncing(directory: string): Promise<string | null> {
  for (const path of [join(directory, 'old'), directory]) {
    const handle = await open(path, 'r');
    await handle.sync().finally(() => handle.close());
  }
  return null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : messageOf(error);
}

/** Types of statfs(2) as people know them: those on which files of several machines may meet, and the usual local ones. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS, a network file system'],
  [0xff534d42, 'CIFS, a network file system'],
  [0xfe534d42, 'SMB, a network file system'],
  [0x517b, 'SMB, a network file system'],
  [0x01021997, '9p, a file system of another machine'],
  [0x65735546, 'FUSE, a file system in a process'],
  [0x00c36400, 'Ceph, a network file system'],
  [0x0bd00bd0, 'Lustre, a network file system'],
  [0x47504653, 'GPFS, a network file system'],
  [0x5346414f, 'AFS, a network file system'],
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlayfs'],
  [0x2fc12fc1, 'zfs'],
]);

/** What kind of file system a path is on, for people. */
export async function fileSystemOf(path: string): Promise<string> {
  const type = await statfs(path).then(
    (found) => found.type >>> 0,
    () => null,
  );
  if (type === null) return 'a file system that does not tell its type';
  return NAMES.get(type) ?? `a file system of type 0x${type.toString(16)}`;
}
