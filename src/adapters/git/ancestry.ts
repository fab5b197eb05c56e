import type { CommitId } from '../../core/git.ts';
import type { GitPlace } from './environment.ts';
import { gitFailed, tryGit } from './run-git.ts';

/** Whether `ancestor` is `descendant` or reachable from it. Both must exist. @throws GhostError git_failed */
export async function isAncestor(
  place: GitPlace,
  ancestor: CommitId,
  descendant: CommitId,
): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant];
  const finished = await tryGit(place, args);
  if (finished.exitCode === 0) return true;
  if (finished.exitCode === 1) return false;
  throw gitFailed('merge-base', finished);
}
