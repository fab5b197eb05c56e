import type { CommitId } from '../../core/git.ts';
import type { Clock } from '../../platform/clock.ts';
import { isAncestor } from './ancestry.ts';
import { formatMark } from './fence-mark.ts';
import { orphansHolding } from './lock-holder.ts';
import type { ObjectWriter } from './object-writer.ts';
import { endPredecessor } from './predecessor.ts';
import type { RefHost, Started } from './ref-host.ts';
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
    startWriter: () => startWriter(place, clock),
    endPredecessor: (writer) => endPredecessor(writer, clock),
    syncNames: (ref) => refs.syncNames(ref),
    syncAll: () => refs.syncAll(),
    clearLandingLocks: (commit, fence) => clearLandingLocks(refs, commit, fence),
    clearFenceLock: () => clearFenceLock(refs),
  };
}

/** Once more when the kernel lock was held by a writer whose runner is dead or stopped. */
async function startWriter(place: WriterPlace, clock: Clock): Promise<Started> {
  const started = await RefWriter.start(place);
  if (started.kind === 'started') return started;
  const orphans = await orphansHolding(place.lockFile);
  for (const orphan of orphans) await endPredecessor(orphan, clock);
  return orphans.length === 0 ? started : RefWriter.start(place);
}
