import { GitDestination } from '../../../src/adapters/git/destination.ts';
import { RemoteDestination } from '../../../src/adapters/git/remote/remote-destination.ts';
import { RemoteRefs } from '../../../src/adapters/git/remote/remote-refs.ts';
import { memoryHistory } from '../../../src/adapters/memory/history.ts';
import { commitIn, treeIn, writeCommit } from '../../../src/adapters/memory/objects.ts';
import { memoryRemedy } from '../../../src/adapters/memory/remedy.ts';
import { buildTree, snapshotOf } from '../../../src/adapters/memory/trees.ts';
import type { Path } from '../../../src/core/git.ts';
import type { Workspace } from '../../../src/core/workspace.ts';
import type { History, OpenRepository, Remedy, Repository, Worktree } from '../../../src/ports/repository.ts';
import type { Actor } from '../engine/actor.ts';
import type { Machine } from './machine.ts';
import { remotePlace } from './network.ts';
import { simulatedRefHost } from './ref-host.ts';

/** The repository as one process of the machine opens it: memory's objects, the product's own fence over simulated refs. */
export async function openRepository(
  machine: Machine,
  actor: Actor,
  { name, remote }: Workspace,
): Promise<OpenRepository> {
  await actor.perform({ point: 'repository.open', apply: () => undefined });
  const host = simulatedRefHost(machine, actor);
  const parts = { installation: 'simulated', workspace: name, host, lockFile: 'the kernel lock' };
  const place = remotePlace(machine, actor);
  return {
    ...(remote === null
      ? {
          repository: repositoryOf(machine, actor),
          history: historyOf(machine, actor),
          destination: new GitDestination(parts),
        }
      : {
          ...onRemote(machine, actor, new RemoteRefs(place)),
          destination: new RemoteDestination({ ...parts, place }),
        }),
    worktree: worktreeOf(machine, actor),
    remedy: remedyOf(machine, actor),
  };
}

/** As `open-remote.ts` does it: what is asked of the tip is asked of the remote's. */
function onRemote(
  machine: Machine,
  actor: Actor,
  refs: RemoteRefs,
): Pick<OpenRepository, 'repository' | 'history'> {
  const { objects } = machine.disk;
  const history = historyOf(machine, actor);
  return {
    repository: {
      ...repositoryOf(machine, actor),
      tip: async () => {
        const { id, tree, committedAt } = commitIn(objects, await refs.tip());
        return { commit: id, tree, committedAt };
      },
    },
    history: {
      ...history,
      holds: async (commit) => history.isAncestor(commit, await refs.tip()),
      async *since(from) {
        const tip = await refs.tip();
        yield* memoryHistory(objects, () => tip).since(from);
      },
    },
  };
}

function repositoryOf({ disk }: Machine, actor: Actor): Repository {
  const { objects } = disk;
  const write = <Id extends string>(
    point: 'repository.build-tree' | 'repository.commit',
    make: () => Id,
  ): Promise<Id> => {
    let id = '';
    const apply = () => {
      const written = disk.writeObject(make);
      id = written;
      return written;
    };
    return actor.perform({ point, apply, settle: () => disk.syncObject(id) });
  };
  return {
    tip: () =>
      actor.perform({
        point: 'repository.tip',
        apply: () => {
          const { id, tree, committedAt } = commitIn(objects, disk.tip());
          return { commit: id, tree, committedAt };
        },
      }),
    snapshot: (tree, paths) =>
      actor.perform({ point: 'repository.snapshot', apply: () => snapshotOf(treeIn(objects, tree), paths) }),
    buildTree: (base, files) => write('repository.build-tree', () => buildTree(objects, base, files)),
    commit: (draft) => write('repository.commit', () => writeCommit(objects, draft)),
    checkout: () =>
      actor.perform({
        point: 'repository.checkout',
        apply: () => ({ path: '/copy', remove: () => Promise.resolve() }),
      }),
    close: () => Promise.resolve(),
  };
}

function historyOf({ disk }: Machine, actor: Actor): History {
  const history = memoryHistory(disk.objects, () => disk.tip());
  return {
    ...history,
    holds: (commit) => actor.perform({ point: 'history.holds', apply: () => history.holds(commit) }),
    isAncestor: (ancestor, descendant) =>
      actor.perform({ point: 'history.is-ancestor', apply: () => history.isAncestor(ancestor, descendant) }),
    commit: (id) => actor.perform({ point: 'history.commit', apply: () => history.commit(id) }),
  };
}

/** A work tree in which somebody edits now and then. */
function worktreeOf({ disk }: Machine, actor: Actor): Worktree {
  return {
    localEdits: (_, paths) =>
      actor.perform({
        point: 'worktree.local-edits',
        apply: (): readonly Path[] => paths.filter((path) => disk.edited.has(path)),
      }),
    follow: () => actor.perform({ point: 'worktree.follow', apply: () => 'followed' }),
  };
}

function remedyOf({ disk }: Machine, actor: Actor): Remedy {
  const remedy = memoryRemedy(disk.objects);
  return {
    ...remedy,
    paths: (tree, most) =>
      actor.perform({ point: 'repository.paths', apply: () => remedy.paths(tree, most) }),
  };
}
