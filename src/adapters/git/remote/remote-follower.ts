import type { CommitId, Path } from '../../../core/git.ts';
import type { WorktreeOutcome } from '../../../core/patch/patch.ts';
import { type Backoff, fullJitter } from '../../../platform/backoff.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { CaughtUp, Follower, Worktree } from '../../../ports/repository.ts';
import type { BranchRefs } from '../refs.ts';
import { type RemotePlace, RemoteRefs, type Seen } from './remote-refs.ts';

export interface FollowerParts {
  readonly installation: string;
  readonly workspace: string;
  readonly place: RemotePlace;
  /** The branch as it stands here, under the fence of this machine: what the remote is to become. */
  readonly refs: Pick<BranchRefs, 'tip' | 'fence'>;
  readonly clock: Clock;
  readonly random: () => number;
}

const BACKOFF: Backoff = { baseMs: 2_000, capMs: 60_000 };
const TRIES = 3;

/**
 * Pushes forward what has landed here. Any number of such pushes, late or repeated, do no harm: each is leased on what
 * was seen there, and leads to a commit that the fence of this machine let onto the branch. The remote has a fence too,
 * so that two installations never believe both that they alone write it.
 */
export class RemoteFollower implements Follower, Worktree {
  readonly #parts: FollowerParts;
  readonly #refs: RemoteRefs;
  #failures = 0;
  #notBefore = 0;
  #why = '';

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#refs = new RemoteRefs(parts.place);
  }

  /** Nobody works in a mirror. */
  async localEdits(): Promise<readonly Path[]> {
    return [];
  }

  async follow(): Promise<WorktreeOutcome> {
    const caughtUp = await this.catchUp({ adopt: false, now: false });
    return caughtUp.kind === 'followed' ? 'followed' : 'behind';
  }

  async catchUp({ adopt, now }: { readonly adopt: boolean; readonly now: boolean }): Promise<CaughtUp> {
    const { clock, random } = this.#parts;
    if (!now && clock.monotonic() < this.#notBefore) return { kind: 'behind', why: this.#why };
    const caughtUp = await this.#attempt(adopt).catch(whyBehind);
    this.#failures = caughtUp.kind === 'behind' ? this.#failures + 1 : 0;
    this.#why = caughtUp.kind === 'behind' ? caughtUp.why : '';
    const pauseMs = this.#failures === 0 ? 0 : fullJitter(BACKOFF, this.#failures, random) + BACKOFF.baseMs;
    this.#notBefore = clock.monotonic() + pauseMs;
    return caughtUp;
  }

  async #attempt(adopt: boolean): Promise<CaughtUp> {
    const { place, refs } = this.#parts;
    let why = 'somebody else pushes at the same time';
    for (let tries = 0; tries < TRIES; tries += 1) {
      const [own, seen] = [await refs.tip(), await this.#refs.seen()];
      const settled = await this.#settled(own, { seen, adopt });
      if (settled) return settled;
      const pushed = await place.link.push(await this.#updates(own, seen));
      if (pushed.kind === 'unknown') return { kind: 'behind', why: pushed.why.why };
      if (pushed.kind === 'refused') why = pushed.why;
      if (pushed.kind === 'refused' && pushed.by === 'rule') break;
    }
    return { kind: 'behind', why };
  }

  /** What needs no push, or must not have one; null otherwise. */
  async #settled(
    own: CommitId,
    { seen, adopt }: { readonly seen: Seen; readonly adopt: boolean },
  ): Promise<CaughtUp | null> {
    const { installation, workspace, place } = this.#parts;
    const mark = seen.fence?.mark ?? null;
    const isOurs = mark?.installation === installation && mark.workspace === workspace;
    if (mark !== null && mark.installation !== installation && !adopt)
      return { kind: 'other-installation', mark };
    const isForward = seen.branch !== null && (await place.copy.isAncestor(seen.branch, own));
    if (!isForward) return { kind: 'diverged', tip: seen.branch, own };
    return seen.branch === own && isOurs ? { kind: 'followed' } : null;
  }

  async #updates(own: CommitId, { branch, fence }: Seen) {
    const { installation, workspace, place, refs } = this.#parts;
    const token = (await refs.fence())?.mark.token ?? 1;
    const mark = await place.copy.writeMark({ installation, workspace, token });
    const update = { ref: 'fence', from: fence?.id ?? null, to: mark.id } as const;
    return branch === own ? [update] : [{ ref: 'branch', from: branch, to: own } as const, update];
  }
}

/** The remote's troubles are no reason to stop; everything that was landed is safe here. */
function whyBehind(error: unknown): CaughtUp {
  return { kind: 'behind', why: error instanceof Error ? error.message : String(error) };
}
