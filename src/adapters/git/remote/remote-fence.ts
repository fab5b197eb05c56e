import type { Lease, ProcessIdentity } from '../../../core/lease/lease.ts';
import type { Intent } from '../../../core/patch/patch.ts';
import type { Fence, LandOutcome } from '../../../ports/repository.ts';
import type { StandingFence, Writer } from '../ref-host.ts';
import type { Pushed } from './remote-link.ts';
import { noAnswer, notMoved, type RemotePlace, RemoteRefs, type Seen } from './remote-refs.ts';

export interface RemoteRaising {
  readonly lease: Lease;
  readonly place: RemotePlace;
  readonly standing: StandingFence;
  /** Ids of all marks that this holder has written so far. Each was on our disk before it was pushed. */
  readonly own: Set<string>;
  readonly writer: Writer;
}

const TRIES = 3;

/**
 * The fence as raised on the remote. A server checks a lease only on a ref that is written, so every landing moves the
 * fence too, to a new mark of the same token: a push that arrives after a successor's, or after a second attempt of our
 * own, finds another mark than the one it was leased on and is refused with all it brings.
 */
export class RemoteFence implements Fence {
  readonly lease: Lease;
  readonly #place: RemotePlace;
  readonly #refs: RemoteRefs;
  readonly #writer: Writer;
  readonly #own: Set<string>;
  #standing: StandingFence;
  #lowered = false;

  constructor(raising: RemoteRaising) {
    this.lease = raising.lease;
    this.#place = raising.place;
    this.#refs = new RemoteRefs(raising.place);
    this.#standing = raising.standing;
    this.#own = raising.own;
    this.#writer = raising.writer;
  }

  get writer(): ProcessIdentity {
    return this.#writer.identity;
  }

  /** @throws GhostError remote_unreachable, remote_refused: the outcome is not known, and only a raised fence may tell it */
  async land(intent: Intent): Promise<LandOutcome> {
    if (this.#lowered) throw new TypeError('the fence was lowered');
    const { base, commit } = intent;
    // With a lease a push is a forced one to git. That it goes forward only is ours to see to.
    if (!(await this.#place.copy.isAncestor(base, commit)))
      throw new TypeError(`${commit} is not based on ${base}`);
    let last: Exclude<Pushed, { kind: 'accepted' }> | null = null;
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (!this.#writer.isRunning)
        return { kind: 'fenced', mark: (await this.#refs.seen()).fence?.mark ?? null };
      const next = await this.#newMark();
      const pushed = await this.#place.link.push([
        { ref: 'branch', from: base, to: commit },
        { ref: 'fence', from: this.#standing.id, to: next.id },
      ]);
      if (pushed.kind === 'accepted') {
        this.#standing = next;
        await this.#place.copy.noteTip(commit);
        return { kind: 'moved' };
      }
      const outcome = await this.#settle(intent, pushed);
      if (outcome) return outcome;
      last = pushed;
    }
    throw noAnswer(
      this.#place,
      last?.kind === 'unknown' ? last.why : { kind: 'denied', why: last?.why ?? '' },
    );
  }

  /** What a remote has was made durable by it, or not at all: nothing of it lies here. */
  async sync(): Promise<void> {}

  async clearStaleLock(): Promise<void> {}

  async lower(): Promise<void> {
    this.#lowered = true;
    await this.#writer.end();
  }

  /** What became of a push that was not accepted; null when it can be tried again. */
  async #settle(intent: Intent, pushed: Exclude<Pushed, { kind: 'accepted' }>): Promise<LandOutcome | null> {
    let seen = await this.#refs.seen();
    if (await this.#holds(intent, seen)) return this.#moved(seen);
    if (mayArrive(pushed) && this.#isOurs(seen)) {
      // It, or a copy of it, may still be under way, and the branch may come back to its base: before anything else is
      // said of this commit, the mark on which that push was leased has to be gone.
      seen = await this.#burn(seen);
      if (await this.#holds(intent, seen)) return this.#moved(seen);
    }
    if (!this.#isOurs(seen)) return { kind: 'fenced', mark: seen.fence?.mark ?? null };
    this.#adopt(seen);
    if (seen.branch === null) await this.#refs.tip();
    if (seen.branch !== null && seen.branch !== intent.base) return { kind: 'outpaced', tip: seen.branch };
    return pushed.kind === 'refused' && pushed.by === 'rule' ? { kind: 'refused', why: pushed.why } : null;
  }

  /** Moves the fence on from where it was seen, to the end of every push that was leased on it. */
  async #burn(seen: Seen): Promise<Seen> {
    const next = await this.#newMark();
    const pushed = await this.#place.link.push([{ ref: 'fence', from: seen.fence?.id ?? null, to: next.id }]);
    if (pushed.kind === 'unknown') throw noAnswer(this.#place, pushed.why);
    const after = await this.#refs.seen();
    // Moved meanwhile, be it by that very push: then it has arrived.
    if (pushed.kind === 'accepted' || after.fence?.id !== seen.fence?.id) return after;
    throw notMoved(this.#place, pushed);
  }

  /** Somebody may have built on our commit already, so the branch need not be exactly there. */
  async #holds({ base, commit }: Intent, { branch }: Seen): Promise<boolean> {
    if (branch === null || branch === base) return false;
    return branch === commit || this.#place.copy.isAncestor(commit, branch);
  }

  /** The branch without the fence is what a torn push leaves: ours all the same, for nobody else has this commit. */
  #moved(seen: Seen): LandOutcome {
    if (this.#isOurs(seen)) this.#adopt(seen);
    return { kind: 'moved' };
  }

  #isOurs({ fence }: Seen): boolean {
    return fence !== null && this.#own.has(fence.id);
  }

  #adopt({ fence }: Seen): void {
    if (fence) this.#standing = fence;
  }

  async #newMark(): Promise<StandingFence> {
    const mark = await this.#place.copy.writeMark(this.#standing.mark);
    this.#own.add(mark.id);
    return mark;
  }
}

/**
 * A rule that declines everything declines what would end a push, too. Where git sends nothing twice its refusal is the end
 * of that push.
 */
function mayArrive(pushed: Exclude<Pushed, { kind: 'accepted' }>): boolean {
  if (pushed.kind === 'unknown') return true;
  return pushed.by !== 'sender' && !(pushed.by === 'rule' && pushed.copies === 'none');
}
