import type {
  LocalCopy,
  NoAnswer,
  Pushed,
  RemoteLink,
  RemoteUpdate,
} from '../../../src/adapters/git/remote/remote-link.ts';
import type { RemotePlace } from '../../../src/adapters/git/remote/remote-refs.ts';
import { memoryHistory } from '../../../src/adapters/memory/history.ts';
import type { Actor } from '../engine/actor.ts';
import type { Machine } from './machine.ts';
import { writeMark } from './ref-host.ts';

const SILENT: NoAnswer = { kind: 'unreachable', why: 'simulated' };
/** A push that was given up can be under way for this long. */
const LATE_MS = 20_000;

/** The remote as one process of the machine reaches it. */
export function remotePlace(machine: Machine, actor: Actor): RemotePlace {
  return {
    url: 'ssh://elsewhere/repository',
    branch: 'main',
    link: linkOf(machine, actor),
    copy: copyOf(machine, actor),
  };
}

function linkOf(machine: Machine, actor: Actor): RemoteLink {
  const { engine, server } = machine;
  return {
    look: () => actor.perform({ point: 'remote.look', apply: () => server.look(), failing: () => SILENT }),
    fetch: () =>
      actor.perform<{ readonly kind: 'fetched' } | NoAnswer>({
        point: 'remote.fetch',
        apply: () => {
          server.fetch(machine.disk);
          return { kind: 'fetched' };
        },
        failing: () => SILENT,
      }),
    push: (updates) =>
      actor.perform({
        point: 'remote.push',
        apply: () => push(machine, updates),
        failing: (kind) => {
          if (kind === 'unknown' && engine.random.chance(0.3)) {
            // The server died in the middle of it, or it takes its time.
            server.tear(updates, engine.random.between(0, 1));
            engine.post(
              machine.network,
              'a late push',
              () => void push(machine, updates),
              engine.random.between(0, LATE_MS),
            );
          }
          return { kind: 'unknown', why: SILENT };
        },
      }),
  };
}

/** Whatever stands on the branch, ours or somebody else's, stays on it. */
function push({ server, disk, engine }: Machine, updates: readonly RemoteUpdate[]): Pushed {
  const before = server.branch;
  const pushed = server.push(updates);
  const after = server.branch;
  if (before !== null && after !== null && !disk.isBelow(before, after))
    engine.problems.push(`the remote branch was moved from ${before} to ${after}, which does not contain it`);
  return pushed;
}

function copyOf(machine: Machine, actor: Actor): LocalCopy {
  const { disk, server } = machine;
  const history = memoryHistory(disk.objects, () => disk.tip());
  return {
    has: async (id) => disk.holds(id) && server.isFetched(id),
    isAncestor: (ancestor, descendant) =>
      actor.perform({ point: 'refs.is-ancestor', apply: () => history.isAncestor(ancestor, descendant) }),
    writeMark: (mark) => writeMark(disk, actor, mark),
    readMark: async (id) => disk.markOf(id),
    noteTip: () => Promise.resolve(),
  };
}
