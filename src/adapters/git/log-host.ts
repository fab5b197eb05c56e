import type { CommitId, TreeId } from '../../core/git.ts';
import type { LogBranch } from '../../ports/repository.ts';
import { parseCommit } from './commits.ts';
import { commitId, framed, idOf, type ObjectFormat, treeId } from './object-id.ts';
import type { BranchRefs } from './refs.ts';
import { clearLogLock } from './stale-locks.ts';

/** What the fence needs of the ref of the log. */
export interface LogHost {
  readonly ref: string;
  tip(): Promise<CommitId | null>;
  /** git syncs a ref's content and not its new name: to be called after each transaction. */
  syncNames(): Promise<void>;
  /** Removes what a dead writer can have left behind; legal only under the kernel lock. */
  clearLock(): Promise<boolean>;
}

export function logHost(refs: BranchRefs): LogHost {
  return {
    ref: refs.logRef,
    tip: async () => {
      const object = await refs.logObject();
      return object && commitId(object.id);
    },
    syncNames: () => refs.syncNames(refs.logRef),
    clearLock: () => clearLogLock(refs),
  };
}

export function logBranch(refs: BranchRefs, format: ObjectFormat): LogBranch {
  return {
    tip: async () => {
      const object = await refs.logObject();
      if (object === null) return null;
      const { tree, committedAt } = parseCommit(object.bytes);
      return { commit: commitId(object.id), tree: treeId(tree), committedAt };
    },
    emptyTree: emptyTreeOf(format),
  };
}

/** git knows it without having it. */
function emptyTreeOf(format: ObjectFormat): TreeId {
  return treeId(idOf(format, framed('tree', new Uint8Array())));
}
