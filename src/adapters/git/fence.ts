import type { Lease, ProcessIdentity } from '../../core/lease/lease.ts';
import type { Intent } from '../../core/patch/patch.ts';
import type { Fence, LandOutcome } from '../../ports/repository.ts';
import { isAncestor } from './ancestry.ts';
import { RefWriter, type WriterPlace } from './ref-writer.ts';
import type { BranchRefs, StandingFence } from './refs.ts';
import { gitFailed } from './run-git.ts';
import { clearLandingLocks } from './stale-locks.ts';

export interface Raising {
  readonly lease: Lease;
  readonly refs: BranchRefs;
  readonly place: WriterPlace;
  readonly standing: StandingFence;
  readonly writer: RefWriter;
}

/**
 * The fence as raised by us. Each landing verifies in its own ref transaction that the fence still names our blob, so
 * a writer that is started anew, or one that slept through a takeover, is refused by git and not by a clock.
 */
export class RaisedFence implements Fence {
  readonly lease: Lease;
  readonly #refs: BranchRefs;
  readonly #place: WriterPlace;
  readonly #standing: StandingFence;
  #writer: RefWriter;
  #lowered = false;

  constructor(raising: Raising) {
    this.lease = raising.lease;
    this.#refs = raising.refs;
    this.#place = raising.place;
    this.#standing = raising.standing;
    this.#writer = raising.writer;
  }

  /** Another one after a landing that git refused: its writer died of it and a new one was started. */
  get writer(): ProcessIdentity {
    return this.#writer.identity;
  }

  async land(intent: Intent): Promise<LandOutcome> {
    // Looking first spares the writer, which would die of a transaction that cannot succeed.
    const before = await this.#look(intent);
    if (before) return before;
    const denied = await this.#ensureWriter();
    if (denied) return denied;
    const outcome = await this.#writer.transact([
      `verify ${this.#refs.fenceRef} ${this.#standing.id}`,
      `update ${this.#refs.branchRef} ${intent.commit} ${intent.base}`,
    ]);
    if (outcome.kind === 'committed') {
      await this.#refs.syncNames(this.#refs.branchRef);
      return { kind: 'moved' };
    }
    const after = (await this.#look(intent)) ?? lockIn(outcome.stderr) ?? (await this.#endedByForce());
    if (after) return after;
    throw gitFailed('update-ref', outcome);
  }

  sync(): Promise<void> {
    return this.#refs.syncAll();
  }

  async clearStaleLock(intent: Intent): Promise<void> {
    const denied = await this.#ensureWriter();
    if (!denied) await clearLandingLocks(this.#refs, intent.commit, this.#standing.id);
  }

  async lower(): Promise<void> {
    this.#lowered = true;
    await this.#writer.end();
  }

  /**
   * What the repository says about an intent whose outcome is not known; null when it can still be landed.
   * Somebody may have built on our commit already, so the branch need not be exactly there.
   */
  async #look(intent: Intent): Promise<LandOutcome | null> {
    const [tip, fence] = await Promise.all([this.#refs.tip(), this.#refs.fence()]);
    if (
      tip !== intent.base &&
      (tip === intent.commit || (await isAncestor(this.#place, intent.commit, tip)))
    ) {
      await this.#refs.syncAll();
      return { kind: 'moved' };
    }
    if (fence?.id !== this.#standing.id) return { kind: 'fenced', mark: fence?.mark ?? null };
    return tip === intent.base ? null : { kind: 'outpaced', tip };
  }

  /**
   * Whoever takes over kills the predecessor's writer first and raises the fence after that. So a writer that a signal
   * ended is never started again here: it would stand in the successor's way. Its holder takes the lease anew.
   */
  async #endedByForce(): Promise<LandOutcome | null> {
    if (!this.#writer.wasKilled) return null;
    return { kind: 'fenced', mark: (await this.#refs.fence())?.mark ?? null };
  }

  /** git ends at a transaction that it refuses; a new one is started under a fresh kernel lock. */
  async #ensureWriter(): Promise<LandOutcome | null> {
    if (this.#lowered) throw new TypeError('the fence was lowered');
    if (this.#writer.isRunning) return null;
    const ended = await this.#endedByForce();
    if (ended) return ended;
    const started = await RefWriter.start(this.#place);
    if (started.kind === 'locked') return started;
    this.#writer = started.writer;
    return null;
  }
}

/** git names the lock file that stopped it: `Unable to create '/path/main.lock': File exists.` */
export function lockIn(stderr: string): { readonly kind: 'locked'; readonly path: string } | null {
  const path = /Unable to create '(.+\.lock)': File exists/.exec(stderr)?.[1];
  return path === undefined ? null : { kind: 'locked', path };
}
