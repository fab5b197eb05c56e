import { join } from 'node:path';
import { fail } from '../../../core/errors.ts';
import type { CommitId } from '../../../core/git.ts';
import type { Remote } from '../../../core/workspace.ts';
import { removeTree } from '../../../platform/remove-tree.ts';
import type { MirrorRequest } from '../../../ports/repository.ts';
import { isAncestor } from '../ancestry.ts';
import { directoriesUpTo, sync } from '../durable.ts';
import type { GitPlace } from '../environment.ts';
import { git, tryGit } from '../run-git.ts';
import { accessTo } from './access.ts';
import type { NetworkLimits } from './git-link.ts';
import { networkGit, whyNoAnswer } from './network-git.ts';
import { fetching } from './packs.ts';
import { askBranch, type RemoteBranch } from './remote-branch.ts';
import { noAnswer } from './remote-refs.ts';

export interface MirrorParts {
  readonly place: GitPlace;
  readonly remote: Remote;
  readonly limits: NetworkLimits;
  readonly progress?: (line: string) => void;
}

/** One bare repository as a copy of one remote: made, brought up to date, and compared. Its branch is told. */
export async function copyRemote(parts: MirrorParts, wanted: MirrorRequest['branch']): Promise<string> {
  const { place, remote } = parts;
  await init(place, 'sha1');
  const { branch, tip } = await ask(parts, wanted);
  if (tip.length === 64) {
    await removeTree(place.gitDir, place.searchPath);
    await init(place, 'sha256');
  }
  await git(place, ['config', 'ghost.url', remote.url]);
  await git(place, ['symbolic-ref', 'HEAD', refOf(branch)]);
  await fetch(parts, `${refOf(branch)}:${refOf(branch)}`);
  const { gitDir } = place;
  const names = directoriesUpTo(join(gitDir, refOf(branch)), gitDir);
  await Promise.all([join(gitDir, 'config'), join(gitDir, 'HEAD'), ...names].map(sync));
  return branch;
}

/**
 * A copy that was left when its workspace was removed. Its branch goes forward to where the remote is, and never
 * anywhere else: what landed there and did not get to the remote is on it and nowhere else.
 */
export async function freshenCopy(parts: MirrorParts, wanted: MirrorRequest['branch']): Promise<string> {
  const { place, remote } = parts;
  const { gitDir } = place;
  const known = (await tryGit(place, ['config', 'ghost.url'])).stdout.toString('utf8').trim();
  if (known !== remote.url)
    throw fail('repository_invalid', {
      path: gitDir,
      problem: `it is the copy of another remote, ${known || 'none'}`,
    });
  const { branch, tip } = await ask(parts, wanted);
  await fetch(parts, refOf(branch));
  const own = await ownTip(place, branch);
  if (own === null || (await isAncestor(place, own, tip)))
    await git(place, ['update-ref', '--no-deref', refOf(branch), tip, own ?? '']);
  // A branch that only we write may be ahead of the remote: it is the remote that has to follow.
  else if (remote.writers === 'others')
    throw fail('repository_invalid', {
      path: gitDir,
      problem: `it was left there because it has ${own}, which branch ${branch} of ${remote.url} does not have; add it with --follower to push that, or move the folder away`,
    });
  return branch;
}

/** Whether the remote has what is on the branches of the copy. What cannot be told is taken for no. */
export async function remoteHasAll({ limits, ...rest }: MirrorParts): Promise<boolean> {
  const parts = { ...rest, limits: { ...limits, copyMs: limits.transferMs } };
  const { place } = parts;
  try {
    const refs = (await git(place, ['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads']))
      .toString('utf8')
      .split('\n')
      .filter((name) => name !== '');
    for (const branch of refs) {
      const [{ tip }, own] = [await ask(parts, branch), await ownTip(place, branch)];
      if (own === tip) continue;
      await fetch(parts, refOf(branch));
      if (own === null || !(await isAncestor(place, own, tip))) return false;
    }
    return true;
  } catch {
    return false;
  }
}

function refOf(branch: string): string {
  return `refs/heads/${branch}`;
}

function init(place: GitPlace, format: string): Promise<Buffer> {
  return git(place, ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, place.gitDir]);
}

async function ownTip(place: GitPlace, branch: string): Promise<CommitId | null> {
  const found = await tryGit(place, ['rev-parse', '--verify', '--quiet', refOf(branch)]);
  return found.exitCode === 0 ? (found.stdout.toString('latin1').trim() as CommitId) : null;
}

async function ask({ place, remote, limits }: MirrorParts, wanted: string | null): Promise<RemoteBranch> {
  const access = await accessTo(remote);
  const limitMs = limits.lookMs;
  return askBranch((args) => networkGit({ place, access, args, limitMs }), remote.url, wanted);
}

async function fetch({ place, remote, limits, progress }: MirrorParts, spec: string): Promise<void> {
  const options = [
    '--progress',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    '--no-recurse-submodules',
  ];
  const args = ['fetch', ...options, '--end-of-options', remote.url, spec];
  const limitMs = limits.copyMs;
  const access = await accessTo(remote);
  const end = await fetching(place.gitDir, () =>
    networkGit({ place, access, args, limitMs, ...(progress && { tell: progress }) }),
  );
  if (end.exitCode !== 0) throw noAnswer(remote, whyNoAnswer(end));
}
