import { readdir, readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { GhostError } from '../../core/errors.ts';
import { isMissing } from './durable.ts';
import type { GitPlace } from './environment.ts';
import { gitDirOf, headBranch, workTreeAround } from './layout.ts';
import { gitFailed, tryGit } from './run-git.ts';

export interface WorkTreeSearch {
  readonly searchPath: string;
  readonly commonDir: string;
  readonly branch: string;
  /** Where the main work tree is said to be; needed only where `.git` lies apart from it. */
  readonly hint: string | null;
}

export type WorkTreePlace = GitPlace & { readonly workTree: string };

export interface WorkTreesFound {
  readonly places: readonly WorkTreePlace[];
  /** There is another one on the branch, or there may be, and it cannot be looked at. */
  readonly unreadable: boolean;
  /** The git directories, on the branch for certain, whose work tree cannot be found out. */
  readonly lost: readonly string[];
}

/**
 * The work trees, main and linked, that have the branch checked out now: git lets a person force several. One whose
 * directory is gone is none, and neither is a directory that belongs to another repository by now.
 */
export async function workTreesOn(search: WorkTreeSearch): Promise<WorkTreesFound> {
  const places: WorkTreePlace[] = [];
  const lost: string[] = [];
  let unreadable = false;
  const trying = async (look: () => Promise<void>) => {
    try {
      await look();
    } catch (error) {
      if (!isStateOfWorkTree(error)) throw error;
      unreadable = true;
    }
  };
  const add = async (gitDir: string, find: () => Promise<string | null>) => {
    if ((await headBranch(gitDir)) !== search.branch) return;
    const workTree = await find().catch((error: unknown) => {
      lost.push(gitDir);
      throw error;
    });
    if (workTree !== null) places.push({ searchPath: search.searchPath, gitDir, workTree });
  };
  await trying(() => add(search.commonDir, () => mainWorkTree(search)));
  await trying(async () => {
    for (const gitDir of await linkedGitDirs(search.commonDir))
      await trying(() => add(gitDir, () => linkedWorkTree(gitDir)));
  });
  return { places, unreadable, lost };
}

/** What a work tree can be in: unreadable, torn, locked, full. Anything else is a broken promise of ours or the repository's. */
export function isStateOfWorkTree(error: unknown): boolean {
  if (error instanceof GhostError) return error.code === 'git_failed';
  return error instanceof Error && 'code' in error;
}

async function mainWorkTree({ searchPath, commonDir, hint }: WorkTreeSearch): Promise<string | null> {
  const around = workTreeAround(commonDir);
  if (around === null && hint === null) return null;
  const place = { searchPath, gitDir: commonDir, workTree: null };
  if ((await configured(place, ['--type=bool', 'core.bare'])) === 'true') return null;
  const named = await configured(place, ['core.worktree']);
  const candidates = named === null ? [around, hint] : [resolve(commonDir, named)];
  for (const at of candidates) {
    if (at !== null && (await gitDirOf(at)) === commonDir) return realpath(at);
  }
  return null;
}

async function linkedWorkTree(gitDir: string): Promise<string | null> {
  const dotGit = await nullIfMissing(readFile(join(gitDir, 'gitdir'), 'utf8'));
  if (dotGit === null) return null;
  const at = dirname(resolve(gitDir, dotGit.trim()));
  return (await gitDirOf(at)) === gitDir ? realpath(at) : null;
}

async function linkedGitDirs(commonDir: string): Promise<string[]> {
  const above = join(commonDir, 'worktrees');
  const names = await nullIfMissing(readdir(above));
  return (names ?? []).map((name) => join(above, name));
}

async function nullIfMissing<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function configured(place: GitPlace, args: readonly string[]): Promise<string | null> {
  const finished = await tryGit(place, ['config', '--null', '--get', ...args]);
  if (finished.exitCode === 1) return null;
  if (finished.exitCode !== 0) throw gitFailed('config', finished);
  return finished.stdout.toString('utf8').replace(/\0$/, '');
}
