import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../../core/errors.ts';
import type { CommitId } from '../../../core/git.ts';
import type { Remote } from '../../../core/workspace.ts';
import { removeTree } from '../../../platform/remove-tree.ts';
import type { Mirrored, MirrorRequest, Mirrors } from '../../../ports/repository.ts';
import { sync } from '../durable.ts';
import { type GitPlace, SYSTEM_PATH } from '../environment.ts';
import { git, tryGit } from '../run-git.ts';
import { accessTo } from './access.ts';
import { NETWORK_LIMITS, type NetworkLimits } from './git-link.ts';
import { type Access, type NetworkEnd, networkGit, whyNoAnswer } from './network-git.ts';
import { noAnswer } from './remote-refs.ts';

export interface MirrorOptions {
  /** Absolute folder of all copies. */
  readonly folder: string;
  readonly path?: string;
  readonly limits?: NetworkLimits;
}

/** What a remote says of itself, before there is a copy. */
interface Remarks {
  readonly branch: string;
  readonly tip: CommitId;
}

interface Setting {
  readonly folder: string;
  readonly searchPath: string;
  readonly limits: NetworkLimits;
}

/** Bare repositories with one branch each, one for each remote workspace, named after it. */
export function gitMirrors({ folder, path = SYSTEM_PATH, limits = NETWORK_LIMITS }: MirrorOptions): Mirrors {
  const setting = { folder, searchPath: path, limits };
  return {
    make: (request) => make(setting, request),
    async discard({ gitDir, remote, branch }) {
      const isOurs = remote !== null && gitDir.startsWith(`${folder}/`);
      if (!isOurs) return false;
      if (remote.writers === 'ghost' && !(await hasAll(setting, { gitDir, remote, branch }))) return false;
      await removeTree(gitDir, path);
      return true;
    },
  };
}

async function make(setting: Setting, request: MirrorRequest): Promise<Mirrored> {
  const { folder, searchPath } = setting;
  const access = await accessTo(request.remote);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const gitDir = join(folder, `${request.name}.git`);
  if (await exists(gitDir)) return { ...(await freshen(setting, request, { access, gitDir })), found: true };
  const draft = join(folder, `.${request.name}-${randomUUID()}`);
  try {
    const branch = await copy(setting, request, { access, gitDir: draft });
    await rename(draft, gitDir);
    await sync(folder);
    return { gitDir, branch, found: false };
  } finally {
    if (await exists(draft)) await removeTree(draft, searchPath);
  }
}

interface Target {
  readonly access: Access;
  readonly gitDir: string;
}

async function copy(setting: Setting, request: MirrorRequest, target: Target): Promise<string> {
  const { url } = request.remote;
  const { gitDir } = target;
  const place = placeOf(setting, gitDir);
  await init(place, 'sha1');
  const { branch, tip } = await ask(setting, request, target);
  if (tip.length === 64) {
    await removeTree(gitDir, setting.searchPath);
    await init(place, 'sha256');
  }
  await git(place, ['config', 'ghost.url', url]);
  await git(place, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
  const spec = `refs/heads/${branch}:refs/heads/${branch}`;
  await fetchAll(setting, request, { ...target, spec });
  const objects = join(gitDir, 'objects');
  const packs = (await readdir(join(objects, 'pack'))).map((name) => join(objects, 'pack', name));
  await Promise.all([...packs, join(objects, 'pack'), objects, gitDir].map(sync));
  return branch;
}

/** A copy that was left when its workspace was removed: what landed there and did not get to the remote is in it. */
async function freshen(setting: Setting, request: MirrorRequest, target: Target) {
  const { url, writers } = request.remote;
  const { gitDir } = target;
  const place = placeOf(setting, gitDir);
  const known = (await tryGit(place, ['config', 'ghost.url'])).stdout.toString('utf8').trim();
  if (known !== url)
    throw fail('repository_invalid', {
      path: gitDir,
      problem: `it is the copy of another remote, ${known || 'none'}`,
    });
  const { branch } = await ask(setting, request, target);
  const has =
    (await tryGit(place, ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`])).exitCode === 0;
  // A branch that only we write may be ahead of the remote: it is the remote that has to follow.
  const kept = writers === 'ghost' && has;
  await fetchAll(setting, request, {
    ...target,
    spec: kept ? `refs/heads/${branch}` : `+refs/heads/${branch}:refs/heads/${branch}`,
  });
  return { gitDir, branch };
}

function init(place: GitPlace, format: string): Promise<Buffer> {
  return git(place, ['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, place.gitDir]);
}

async function ask(setting: Setting, { remote, branch }: MirrorRequest, target: Target): Promise<Remarks> {
  const args = ['ls-remote', '--symref', '--end-of-options', remote.url, 'HEAD', 'refs/heads/*'];
  const end = await network(setting, target, args, setting.limits.lookMs);
  if (end.exitCode !== 0) throw noAnswer(remote, whyNoAnswer(end));
  const head = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(end.stdout)?.[1];
  const tips = new Map(
    [...end.stdout.matchAll(/^([0-9a-f]{40,64})\trefs\/heads\/(\S+)$/gm)].map(([, id = '', name = '']) => [
      name,
      id,
    ]),
  );
  const chosen = branch ?? head;
  if (chosen === undefined)
    throw fail('repository_invalid', { path: remote.url, problem: 'its HEAD names no branch; name one' });
  const tip = tips.get(chosen);
  if (tip !== undefined) return { branch: chosen, tip: tip as CommitId };
  const known = [...tips.keys()].slice(0, 10).join(', ') || 'none yet';
  throw fail('branch_unknown', { branch: chosen, path: remote.url, known });
}

async function fetchAll(
  setting: Setting,
  { remote, progress }: MirrorRequest,
  target: Target & { readonly spec: string },
): Promise<void> {
  const options = [
    '--progress',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    '--no-recurse-submodules',
  ];
  const args = ['fetch', ...options, '--end-of-options', remote.url, target.spec];
  const end = await network(setting, target, args, setting.limits.copyMs, progress);
  if (end.exitCode !== 0) throw noAnswer(remote, whyNoAnswer(end));
}

/** Whether the remote has what the copy has. What cannot be told is taken for no. */
async function hasAll(
  setting: Setting,
  { gitDir, remote, branch }: { readonly gitDir: string; readonly remote: Remote; readonly branch: string },
): Promise<boolean> {
  try {
    const target = { gitDir, access: await accessTo(remote) };
    const { tip } = await ask(setting, { remote, branch, name: '', progress: () => undefined }, target);
    const own = await git(placeOf(setting, gitDir), ['rev-parse', '--verify', `refs/heads/${branch}`]);
    return own.toString('latin1').trim() === tip;
  } catch {
    return false;
  }
}

function network(
  setting: Setting,
  { access, gitDir }: Target,
  args: readonly string[],
  limitMs: number,
  tell?: (line: string) => void,
): Promise<NetworkEnd> {
  return networkGit({ place: placeOf(setting, gitDir), access, args, limitMs, ...(tell && { tell }) });
}

function placeOf({ searchPath }: Setting, gitDir: string): GitPlace {
  return { searchPath, gitDir, workTree: null };
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
