import type { CommitId } from '../../core/git.ts';
import type { Clock } from '../../platform/clock.ts';
import { isAncestor } from './ancestry.ts';
import { formatMark } from './fence-mark.ts';
import type { ObjectWriter } from './object-writer.ts';
import { endPredecessor } from './predecessor.ts';
import type { RefHost } from './ref-host.ts';
import { RefWriter, type WriterPlace } from './ref-writer.ts';
import type { BranchRefs } from './refs.ts';
import { clearFenceLock, clearLandingLocks } from './stale-locks.ts';

export interface LocalParts {
  readonly refs: BranchRefs;
  readonly objects: ObjectWriter;
  readonly place: WriterPlace;
  readonly clock: Clock;
}

/** A repository on this machine: refs as git's files, a writer process under flock(1), `fsync` for durability. */
export function localRefHost({ refs, objects, place, clock }: LocalParts): RefHost {
  return {
    branchRef: refs.branchRef,
    fenceRef: refs.fenceRef,
    tip: () => refs.tip(),
    fence: () => refs.fence(),
    isAncestor: (ancestor: CommitId, descendant: CommitId) => isAncestor(place, ancestor, descendant),
    async writeMark(mark) {
      const [id = ''] = await objects.write([{ type: 'blob', content: formatMark(mark) }]);
      return { id, mark };
    },
    startWriter: () => RefWriter.start(place),
    endPredecessor: (writer) => endPredecessor(writer, clock),
    syncNames: (ref) => refs.syncNames(ref),
    syncAll: () => refs.syncAll(),
    clearLandingLocks: (commit, fence) => clearLandingLocks(refs, commit, fence),
    clearFenceLock: () => clearFenceLock(refs),
  };
}
