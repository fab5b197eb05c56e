import type { Lease, ProcessIdentity } from '../../core/lease/lease.ts';
import type { Intent } from '../../core/patch/patch.ts';
import type { Fence, LandOutcome, LogMove, LogMoved } from '../../ports/repository.ts';
import type { LogHost } from './log-host.ts';
import type { RefHost, StandingFence, Writer } from './ref-host.ts';
import { gitFailed } from './run-git.ts';

export interface Raising {
  readonly lease: Lease;
  readonly host: RefHost;
  readonly standing: StandingFence;
  readonly writer: Writer;
  /** Null where no log is kept beside the branch. */
  readonly log: LogHost | null;
}

/**
 * The fence as raised by us. Each landing verifies in its own ref transaction that the fence still names our blob, so
 * a writer that is started anew, or one that slept through a takeover, is refused by git and not by a clock.
 */
export class RaisedFence implements Fence {
  readonly lease: Lease;
  readonly #host: RefHost;
  readonly #standing: StandingFence;
  readonly moveLog?: (move: LogMove) => Promise<LogMoved>;
  #writer: Writer;
  #lowered = false;

  constructor(raising: Raising) {
    this.lease = raising.lease;
    this.#host = raising.host;
    this.#standing = raising.standing;
    this.#writer = raising.writer;
    const { log } = raising;
    if (log !== null) this.moveLog = (move) => this.#moveLog(log, move);
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
    const { branchRef, fenceRef } = this.#host;
    const outcome = await this.#writer.transact({
      verify: { ref: fenceRef, id: this.#standing.id },
      update: { ref: branchRef, to: intent.commit, from: intent.base },
    });
    if (outcome.kind === 'committed') {
      await this.#host.syncNames(branchRef);
      return { kind: 'moved' };
    }
    const after = (await this.#look(intent)) ?? lockIn(outcome.stderr) ?? (await this.#endedByForce());
    if (after) return after;
    throw gitFailed('update-ref', outcome);
  }

  sync(): Promise<void> {
    return this.#host.syncAll();
  }

  async clearStaleLock(intent: Intent): Promise<void> {
    const denied = await this.#ensureWriter();
    if (!denied) await this.#host.clearLandingLocks(intent.commit, this.#standing.id);
  }

  async lower(): Promise<void> {
    this.#lowered = true;
    await this.#writer.end();
  }

  async #moveLog(log: LogHost, { to, from }: LogMove): Promise<LogMoved> {
    // Under our kernel lock no other writer of Ghost lives: what one that died has left on this ref is nobody's any more.
    const denied = (await this.#ensureWriter()) ?? (await this.#lookAtLog(log, from));
    if (denied) return denied;
    await log.clearLock();
    const outcome = await this.#writer.transact({
      verify: { ref: this.#host.fenceRef, id: this.#standing.id },
      update: { ref: log.ref, to, from },
    });
    if (outcome.kind === 'committed') {
      await log.syncNames();
      return { kind: 'moved' };
    }
    if ((await log.tip()) === to) return { kind: 'moved' };
    const after =
      (await this.#lookAtLog(log, from)) ?? lockIn(outcome.stderr) ?? (await this.#endedByForce());
    if (after) return after;
    throw gitFailed('update-ref', outcome);
  }

  async #lookAtLog(
    log: LogHost,
    from: LogMove['from'],
  ): Promise<Extract<LogMoved, { kind: 'fenced' | 'outpaced' }> | null> {
    const [tip, fence] = await Promise.all([log.tip(), this.#host.fence()]);
    if (fence?.id !== this.#standing.id) return { kind: 'fenced', mark: fence?.mark ?? null };
    return tip === from ? null : { kind: 'outpaced' };
  }

  /**
   * What the repository says about an intent whose outcome is not known; null when it can still be landed.
   * Somebody may have built on our commit already, so the branch need not be exactly there.
   */
  async #look(intent: Intent): Promise<LandOutcome | null> {
    const [tip, fence] = await Promise.all([this.#host.tip(), this.#host.fence()]);
    if (tip !== intent.base && (tip === intent.commit || (await this.#host.isAncestor(intent.commit, tip)))) {
      await this.#host.syncAll();
      return { kind: 'moved' };
    }
    if (fence?.id !== this.#standing.id) return { kind: 'fenced', mark: fence?.mark ?? null };
    return tip === intent.base ? null : { kind: 'outpaced', tip };
  }

  /**
   * Whoever takes over kills the predecessor's writer first and raises the fence after that. So a writer that a signal
   * ended is never started again here: it would stand in the successor's way. Its holder takes the lease anew.
   */
  async #endedByForce(): Promise<Fenced | null> {
    if (!this.#writer.wasKilled) return null;
    return { kind: 'fenced', mark: (await this.#host.fence())?.mark ?? null };
  }

  /** git ends at a transaction that it refuses; a new one is started under a fresh kernel lock. */
  async #ensureWriter(): Promise<Fenced | Locked | null> {
    if (this.#lowered) throw new TypeError('the fence was lowered');
    if (this.#writer.isRunning) return null;
    const ended = await this.#endedByForce();
    if (ended) return ended;
    const started = await this.#host.startWriter();
    if (started.kind === 'locked') return started;
    this.#writer = started.writer;
    return null;
  }
}

type Fenced = Extract<LandOutcome, { kind: 'fenced' }>;
type Locked = Extract<LandOutcome, { kind: 'locked' }>;

/** git names the lock file that stopped it: `Unable to create '/path/main.lock': File exists.` */
export function lockIn(stderr: string): { readonly kind: 'locked'; readonly path: string } | null {
  const path = /Unable to create '(.+\.lock)': File exists/.exec(stderr)?.[1];
  return path === undefined ? null : { kind: 'locked', path };
}
