import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { hasCode, isMissing } from './durable.ts';

/** Where the parts of a repository lie. All paths are absolute, symbolic links resolved. */
export interface Layout {
  /** Refs, objects and configuration: shared by all work trees. */
  readonly commonDir: string;
  /** HEAD and index of this work tree; the common directory itself for the main one. */
  readonly gitDir: string;
  /** null when the path itself is a git directory. */
  readonly workTree: string | null;
}

/**
 * Finds the repository at `path` or in a directory above it, by looking for `.git` as gitrepository-layout describes.
 * Done by us, because git's own discovery refuses repositories that belong to another user. null when there is none.
 */
export async function findLayout(path: string): Promise<Layout | null> {
  const start = await realpath(path).catch(() => null);
  if (start === null) return null;
  if (await isGitDir(start)) return { ...(await withCommonDir(start)), workTree: workTreeAround(start) };
  for (let at = start; ; at = dirname(at)) {
    const gitDir = await gitDirOf(at);
    if (gitDir) return { ...(await withCommonDir(gitDir)), workTree: at };
    if (at === dirname(at)) return null;
  }
}

/** The git directory that a work tree's `.git` is or names; null when it has none. */
export async function gitDirOf(workTree: string): Promise<string | null> {
  const dotGit = join(workTree, '.git');
  if (await isGitDir(dotGit)) return realpath(dotGit);
  const [, named] = /^gitdir: (.+?)\n*$/.exec((await textOf(dotGit)) ?? '') ?? [];
  if (named === undefined) return null;
  const gitDir = isAbsolute(named) ? named : resolve(workTree, named);
  return (await isGitDir(gitDir)) ? realpath(gitDir) : null;
}

/** The branch that HEAD of a git directory is on, `refs/heads/` left off; null when it is detached. */
export async function headBranch(gitDir: string): Promise<string | null> {
  const [, branch] = /^ref: refs\/heads\/(.+?)\n*$/.exec((await textOf(join(gitDir, 'HEAD'))) ?? '') ?? [];
  return branch ?? null;
}

async function withCommonDir(gitDir: string): Promise<Pick<Layout, 'commonDir' | 'gitDir'>> {
  const named = (await textOf(join(gitDir, 'commondir')))?.trim();
  return { gitDir, commonDir: named ? await realpath(resolve(gitDir, named)) : gitDir };
}

/** `/x/.git` belongs to the work tree `/x`; any other git directory is taken for a bare one. */
export function workTreeAround(gitDir: string): string | null {
  const above = dirname(gitDir);
  return gitDir === join(above, '.git') ? above : null;
}

async function isGitDir(path: string): Promise<boolean> {
  if ((await textOf(join(path, 'HEAD'))) === null) return false;
  if ((await textOf(join(path, 'commondir'))) !== null) return true;
  return (await isDirectory(join(path, 'objects'))) && (await isDirectory(join(path, 'refs')));
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error) || hasCode(error, 'EISDIR')) return null;
    throw error;
  }
}
