import { join } from 'node:path';
import type { Workspace } from '../../core/workspace.ts';
import { systemClock } from '../../platform/clock.ts';
import type { OpenRepository, RepositoryProbe } from '../../ports/repository.ts';
import { Checkouts } from './checkouts.ts';
import { parseCommit } from './commits.ts';
import { GitDestination } from './destination.ts';
import { SYSTEM_PATH } from './environment.ts';
import { examine } from './examine.ts';
import { readFacts } from './facts.ts';
import { GitHistory } from './history.ts';
import { inspect } from './inspect.ts';
import { LayeredCheckouts } from './layered-checkouts.ts';
import { localRefHost } from './local-ref-host.ts';
import { logBranch, logHost } from './log-host.ts';
import { ObjectReader } from './object-reader.ts';
import { ObjectWriter } from './object-writer.ts';
import { BranchRefs } from './refs.ts';
import { GitRemedy } from './remedy.ts';
import { NETWORK_LIMITS, type NetworkLimits } from './remote/git-link.ts';
import { openFollower, openShared } from './remote/open-remote.ts';
import { GitRepository } from './repository.ts';
import { openScratch } from './scratch.ts';
import { requireTools } from './tools.ts';
import { TreeBuilder } from './tree-builder.ts';
import { TreeWriter } from './tree-writer.ts';
import { Trees } from './trees.ts';
import { GitWorktree } from './work-tree.ts';

export interface GitOptions {
  /** Written into every fence: whose tokens these are. */
  readonly installation: string;
  /** Absolute directory for checkouts; several processes may share it. */
  readonly scratch: string;
  /** Where git and flock are, in the form of PATH; the system's directories when left out. */
  readonly path?: string;
  /** Who owns the files of a checkout; only root may give files away. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** How long `raise` waits for the kernel lock; 5 s when left out, far above the time one transaction takes. */
  readonly lockWaitMs?: number;
  /** How long the git writer may take over one answer; 30 s when left out, for a disk that is very busy. */
  readonly answerWithinMs?: number;
  /** How long calls to a remote may take; left out, what suits the internet. */
  readonly networkLimits?: NetworkLimits;
}

const LOCK_WAIT_MS = 5_000;
const ANSWER_WITHIN_MS = 30_000;

interface Setting extends GitOptions {
  readonly searchPath: string;
  readonly ready: () => Promise<void>;
  readonly nextDirectory: () => Promise<string>;
}

/** Workspaces in git repositories of this machine, and in mirrors of remotes. Needs git 2.36 or newer and flock(1). @throws GhostError start_failed without them */
export function gitRepositories(
  options: GitOptions,
): { open(workspace: Workspace): Promise<OpenRepository> } & RepositoryProbe {
  const searchPath = options.path ?? SYSTEM_PATH;
  let tools: Promise<unknown> | null = null;
  let opened = 0;
  const ready = async () => {
    tools ??= requireTools(searchPath);
    await tools;
  };
  const nextDirectory = async () => {
    opened += 1;
    const number = opened;
    return join(await openScratch(options.scratch, searchPath), String(number));
  };
  return {
    open: (workspace) => open(workspace, { ...options, searchPath, ready, nextDirectory }),
    async examine(gitDir) {
      await ready();
      await examine(searchPath, { gitDir, scratch: options.scratch });
    },
    async inspect(path, branch) {
      await ready();
      return inspect(searchPath, path, branch);
    },
  };
}

async function open(workspace: Workspace, setting: Setting): Promise<OpenRepository> {
  await setting.ready();
  const { installation, searchPath, owner = null } = setting;
  const { lockWaitMs = LOCK_WAIT_MS, answerWithinMs = ANSWER_WITHIN_MS } = setting;
  const { networkLimits = NETWORK_LIMITS } = setting;
  const { gitDir, workTree, branch, name } = workspace;
  const place = { searchPath, gitDir, workTree: null };
  const format = await readFacts(place);
  const objects = join(gitDir, 'objects');
  const reader = new ObjectReader(place);
  const refs = new BranchRefs(gitDir, branch, reader);
  const writer = new ObjectWriter(objects, format);
  const trees = new Trees(reader, format.width);
  const builder = new TreeBuilder(trees, writer, format);
  const directory = await setting.nextDirectory();
  const treeWriter = new TreeWriter({ searchPath, objects, format, directory, owner });
  const layered = new LayeredCheckouts({ searchPath, writer: treeWriter, trees, reader });
  const checkouts = { treeWriter, layered, copies: new Checkouts(treeWriter) };
  const lockFile = join(gitDir, 'ghost', `${branch}.lock`);
  const { branchRef } = refs;
  const writerPlace = { ...place, branchRef, lockFile, lockWaitMs, answerWithinMs, format };
  const treeOf = async (commit: string) => parseCommit((await reader.require(commit, 'commit')).bytes).tree;
  const host = localRefHost({ refs, objects: writer, place: writerPlace, clock: systemClock });
  const mirror = { installation, place, refs, reader, writer, host, lockFile, limits: networkLimits };
  const { remote } = workspace;
  const shared = remote?.writers === 'others' ? await openShared(workspace, remote, mirror) : null;
  const followed = remote?.writers === 'ghost' ? await openFollower(workspace, remote, mirror) : {};
  const tips = shared?.tips ?? refs;
  const beside = { installation, workspace: name, host, lockFile, log: logHost(refs) };
  return {
    repository: new GitRepository({ refs: tips, reader, writer, trees, builder, ...checkouts }),
    history: new GitHistory({ place, refs: tips, reader, builder }),
    destination: shared?.destination ?? new GitDestination(beside),
    ...(shared === null && { log: logBranch(refs, format) }),
    worktree: new GitWorktree({
      search: { searchPath, commonDir: gitDir, branch, hint: workTree },
      trees,
      tip: () => tips.tip(),
      treeOf,
    }),
    ...followed,
    objects: { read: (name) => reader.read(name) },
    remedy: new GitRemedy({ place, reader, folder: `${directory}-merge` }),
  };
}
