import type { Looked, Pushed, RemoteUpdate } from '../../../src/adapters/git/remote/remote-link.ts';
import { commitIn } from '../../../src/adapters/memory/objects.ts';
import type { CommitId } from '../../../src/core/git.ts';
import type { Disk } from './disk.ts';

/** A git server somewhere else: the branch, its fence, and commits of others that our copy does not have yet. */
export class Server {
  branch: CommitId | null = null;
  #fence: string | null = null;
  readonly #unfetched = new Set<string>();

  look(): Looked {
    return { kind: 'seen', branch: this.branch, fence: this.#fence };
  }

  /** Somebody else pushes. */
  pushOfOthers(commit: CommitId): void {
    this.branch = commit;
    this.#unfetched.add(commit);
  }

  isFetched(id: string): boolean {
    return !this.#unfetched.has(id);
  }

  /** Brings the branch as it is by now, with all that it is built on. */
  fetch({ objects }: Disk): void {
    for (let at = this.branch; at !== null; at = commitIn(objects, at).parent) this.#unfetched.delete(at);
  }

  /** Both refs or none, each only where it stands as the lease says. */
  push(updates: readonly RemoteUpdate[]): Pushed {
    const stale = updates.find(({ ref, from }) => this.#valueOf(ref) !== from);
    if (stale) return { kind: 'refused', by: 'state', why: `the ${stale.ref} is somewhere else` };
    for (const update of updates) this.#set(update);
    return { kind: 'accepted' };
  }

  /** A server that dies between two refs has written one of them. */
  tear(updates: readonly RemoteUpdate[], which: number): void {
    const isFresh = updates.every(({ ref, from }) => this.#valueOf(ref) === from);
    const torn = updates[which];
    if (isFresh && torn !== undefined) this.#set(torn);
  }

  #valueOf(ref: RemoteUpdate['ref']): string | null {
    return ref === 'branch' ? this.branch : this.#fence;
  }

  #set({ ref, to }: RemoteUpdate): void {
    if (ref === 'branch') this.branch = to as CommitId;
    else this.#fence = to;
  }
}
