import type { RefHost, StandingFence } from '../../../src/adapters/git/ref-host.ts';
import { memoryHistory } from '../../../src/adapters/memory/history.ts';
import type { FenceMark } from '../../../src/ports/repository.ts';
import type { Actor } from '../engine/actor.ts';
import { BRANCH_REF, type Disk, FENCE_REF } from './disk.ts';
import type { Machine } from './machine.ts';
import { startWriter } from './writer.ts';

/** The machine as the fence's protocol sees it: what `local-ref-host.ts` is on a real one. */
export function simulatedRefHost(machine: Machine, actor: Actor): RefHost {
  const { disk } = machine;
  const history = memoryHistory(disk.objects, () => disk.tip());
  return {
    branchRef: BRANCH_REF,
    fenceRef: FENCE_REF,
    tip: () => actor.perform({ point: 'refs.tip', apply: () => disk.tip() }),
    fence: () => actor.perform({ point: 'refs.fence', apply: () => disk.fence() }),
    isAncestor: (ancestor, descendant) =>
      actor.perform({ point: 'refs.is-ancestor', apply: () => history.isAncestor(ancestor, descendant) }),
    writeMark: (mark) => writeMark(disk, actor, mark),
    startWriter: () => startWriter(machine, actor),
    endPredecessor: (writer) =>
      actor.perform({
        point: 'refs.end-predecessor',
        apply: () => {
          machine.killExactly(writer);
          return true;
        },
        // It survives: a process in the middle of a system call that does not end.
        failing: () => false,
      }),
    syncNames: (ref) => actor.perform({ point: 'refs.sync', apply: () => disk.syncRef(ref) }),
    syncAll: () =>
      actor.perform({
        point: 'refs.sync',
        apply: () => {
          disk.syncRef(BRANCH_REF);
          disk.syncRef(FENCE_REF);
        },
      }),
    clearLandingLocks: (commit, fence) =>
      actor.perform({
        point: 'refs.clear-locks',
        apply: () => {
          clear(machine, BRANCH_REF, (content) => commit.startsWith(content));
          clear(machine, FENCE_REF, (content) => fence.startsWith(content));
        },
      }),
    clearFenceLock: () =>
      actor.perform({
        point: 'refs.clear-locks',
        apply: () => clear(machine, FENCE_REF, (content) => /^[0-9a-f]*$/.test(content)),
      }),
  };
}

export function writeMark(disk: Disk, actor: Actor, mark: FenceMark): Promise<StandingFence> {
  let id = '';
  return actor.perform({
    point: 'refs.mark',
    apply: () => {
      const standing = disk.writeMark(mark);
      id = standing.id;
      return standing;
    },
    settle: () => disk.syncObject(id),
  });
}

/**
 * The rule of `stale-locks.ts`: by the mark of a writer and by what the file holds, never by its age. That its owner is dead
 * is what the kernel lock tells; where there is none, this stands for it.
 */
function clear({ disk, isApart }: Machine, ref: string, looksOurs: (content: string) => boolean): boolean {
  const file = disk.locks.get(ref);
  if (file === undefined) return false;
  if (!file.isMarked || !looksOurs(file.content) || (isApart && file.owner.isAlive)) return false;
  return disk.locks.delete(ref);
}
