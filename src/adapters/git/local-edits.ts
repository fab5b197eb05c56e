import { lstat, readdir } from 'node:fs/promises';
import type { CommitId, Path } from '../../core/git.ts';
import { isMissing } from './durable.ts';
import type { GitPlace } from './environment.ts';
import { git, type RunOptions } from './run-git.ts';
import { isDirectory, type TreeEntry } from './tree-object.ts';
import type { WorkTreePlace } from './work-trees.ts';

export interface Question {
  readonly paths: readonly Path[];
  readonly options: RunOptions;
}

type Standing = ReadonlyMap<string, TreeEntry | null>;

/** Paths whose index entry differs from the commit. Compares ids only; no file is read. */
export async function stagedPaths(
  place: GitPlace,
  base: CommitId,
  { paths, options }: Question,
): Promise<ReadonlySet<string>> {
  const args = ['diff-index', '--cached', '--name-only', '--no-renames', '-z', '--end-of-options', base];
  const printed = await git(place, [...args, ...pathspecs(paths)], options);
  return new Set(printed.toString('latin1').split('\0'));
}

/** Paths whose file differs from the index, by content where the times differ. The index is not written. */
export async function editedInWorkTree(
  place: GitPlace,
  { paths, options }: Question,
): Promise<ReadonlySet<string>> {
  const args = ['status', '--porcelain=v2', '-z', '--untracked-files=no', '--no-renames'];
  const printed = await git(place, [...args, '--ignore-submodules=all', ...pathspecs(paths)], options);
  const edited = new Set<string>();
  for (const record of printed.toString('latin1').split('\0')) {
    // `1 XY sub mH mI mW hH hI path` and `u XY sub m1 m2 m3 mW h1 h2 h3 path`, see git-status(1).
    const fields = record.split(' ');
    if (fields[0] === '1' && fields[1]?.[1] !== '.') edited.add(fields.slice(8).join(' '));
    if (fields[0] === 'u') edited.add(fields.slice(10).join(' '));
  }
  return edited;
}

/** Paths that the index has. */
export async function trackedPaths(
  place: GitPlace,
  { paths, options }: Question,
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const printed = await git(place, ['ls-files', '--cached', '-z', ...pathspecs(paths)], options);
  return new Set(printed.toString('latin1').split('\0'));
}

/** Paths that `to` has and `from` has not. */
export function addedPaths(place: GitPlace, from: CommitId, to: CommitId): Promise<Path[]> {
  return pathsBetween(place, [from, to], ['--diff-filter=A']);
}

/** Paths that differ between two commits. */
export function changedPaths(place: GitPlace, from: CommitId, to: CommitId): Promise<Path[]> {
  return pathsBetween(place, [from, to], []);
}

async function pathsBetween(
  place: GitPlace,
  commits: readonly [from: CommitId, to: CommitId],
  options: readonly string[],
): Promise<Path[]> {
  const args = ['diff-tree', '-r', '--name-only', '--no-renames', '-z', ...options, '--end-of-options'];
  const printed = await git(place, [...args, ...commits]);
  return printed.toString('latin1').split('\0').filter(Boolean).map(asPath);
}

/**
 * Paths at which the base has no file, and where something stands on disk all the same, ignored or not: a file or a
 * filled directory at the path itself, or a file where the path needs a directory. Of a directory of the base, which is
 * to become a file, only what the index does not have is in the way. No symbolic link is followed.
 */
export async function untrackedInTheWay(
  place: WorkTreePlace,
  { paths, options }: Question,
  base: Standing,
): Promise<ReadonlySet<string>> {
  const blocked = await Promise.all(paths.map((path) => isBlocked(place.workTree, path, base)));
  const folders = paths.filter((path) => {
    const standing = base.get(path);
    return standing && isDirectory(standing);
  });
  const holding = await holdingUntracked(place, { paths: folders, options });
  return new Set([...paths.filter((_, at) => blocked[at]), ...holding]);
}

/** Those of some directories in which there are files that the index does not have. */
async function holdingUntracked(place: GitPlace, { paths, options }: Question): Promise<Path[]> {
  if (paths.length === 0) return [];
  const printed = await git(place, ['ls-files', '--others', '-z', ...pathspecs(paths)], options);
  const untracked = printed.toString('latin1').split('\0');
  return paths.filter((path) => untracked.some((name) => name.startsWith(`${path}/`)));
}

async function isBlocked(workTree: string, path: string, base: Standing): Promise<boolean> {
  const standing = base.get(path);
  if (standing && !isDirectory(standing)) return false;
  const names = path.split('/');
  for (let count = 1; count <= names.length; count += 1) {
    const part = names.slice(0, count).join('/');
    const kind = await kindOnDisk(onDisk(workTree, part));
    if (kind === 'nothing') return false;
    if (kind === 'file') {
      const tracked = base.get(part);
      return !(tracked && !isDirectory(tracked));
    }
  }
  return !standing && !(await isEmpty(onDisk(workTree, path)));
}

async function kindOnDisk(path: Buffer): Promise<'nothing' | 'file' | 'directory'> {
  try {
    return (await lstat(path)).isDirectory() ? 'directory' : 'file';
  } catch (error) {
    if (isMissing(error)) return 'nothing';
    throw error;
  }
}

async function isEmpty(directory: Buffer): Promise<boolean> {
  return (await readdir(directory)).length === 0;
}

function onDisk(workTree: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${workTree}/`, 'utf8'), Buffer.from(path, 'latin1')]);
}

function asPath(text: string): Path {
  return text as Path;
}

/**
 * Limits a command to the paths. Arguments can only be UTF-8 and have a limit; without pathspecs the command looks at
 * everything, which is slower and no less right, because the caller picks its paths from the answer.
 */
function pathspecs(paths: readonly Path[]): string[] {
  const texts = paths.map((path) => Buffer.from(path, 'latin1').toString('utf8'));
  const exact = texts.every((text, at) => Buffer.from(text, 'utf8').toString('latin1') === paths[at]);
  const size = paths.reduce((sum, path) => sum + path.length + 1, 0);
  return exact && size < 64 * 1024 ? ['--', ...texts] : ['--'];
}
