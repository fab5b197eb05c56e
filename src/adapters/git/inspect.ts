import { realpath } from 'node:fs/promises';
import { fail } from '../../core/errors.ts';
import { branchesOf, readFacts } from './facts.ts';
import { findLayout, gitDirOf, headBranch, type Layout } from './layout.ts';
import { git } from './run-git.ts';

export interface Inspected {
  readonly gitDir: string;
  readonly workTree: string | null;
  readonly branch: string;
}

/**
 * What a path is, before it becomes a workspace: a bare repository, a work tree, a linked work tree, or anything below
 * one. Without a branch, the one that is checked out there.
 * @throws GhostError repository_invalid, branch_unknown
 */
export async function inspect(searchPath: string, path: string, branch: string | null): Promise<Inspected> {
  const layout = await findLayout(path);
  if (!layout) throw fail('repository_invalid', { path, problem: 'there is no git repository' });
  const place = { searchPath, gitDir: layout.commonDir, workTree: null };
  await readFacts(place);
  const chosen = branch ?? (await headBranch(layout.gitDir));
  if (chosen === null) throw fail('repository_invalid', { path, problem: 'HEAD is detached; name a branch' });
  const known = await branchesOf(place);
  if (!known.includes(chosen)) {
    const some = known.slice(0, 10).join(', ') || 'none yet';
    throw fail('branch_unknown', { branch: chosen, path, known: some });
  }
  const workTrees = await workTreesOf(layout, searchPath);
  return { gitDir: layout.commonDir, workTree: await onBranch(workTrees, chosen), branch: chosen };
}

/** The given one first, then all that git knows of. */
async function workTreesOf(layout: Layout, searchPath: string): Promise<string[]> {
  const place = { searchPath, gitDir: layout.commonDir, workTree: null };
  const printed = await git(place, ['worktree', 'list', '--porcelain', '-z']);
  const listed = printed
    .toString('utf8')
    .split('\0')
    .filter((line) => line.startsWith('worktree '))
    .map((line) => line.slice('worktree '.length));
  return layout.workTree === null ? listed : [layout.workTree, ...listed];
}

async function onBranch(workTrees: readonly string[], branch: string): Promise<string | null> {
  for (const workTree of workTrees) {
    const gitDir = await gitDirOf(workTree);
    if (gitDir && (await headBranch(gitDir)) === branch) return realpath(workTree);
  }
  return null;
}
