import { fail } from '../../../core/errors.ts';
import type { CommitId } from '../../../core/git.ts';
import type { StandingFence } from '../ref-host.ts';
import type { LocalCopy, NoAnswer, Pushed, RemoteLink, RemoteRef } from './remote-link.ts';

export interface RemotePlace {
  /** What people are told: the address without anything secret. */
  readonly url: string;
  readonly branch: string;
  readonly link: RemoteLink;
  readonly copy: LocalCopy;
}

export interface Seen {
  readonly branch: CommitId | null;
  readonly fence: StandingFence | null;
}

interface Missing {
  readonly ref: RemoteRef;
  readonly id: string;
}

/** A remote that moves between look and fetch is looked at again; so often only where somebody pushes all the time. */
const ROUNDS = 5;

/** The two refs as the remote has them now, with the objects that they name at hand. */
export class RemoteRefs {
  readonly #place: RemotePlace;
  /** What a fetch was to bring that failed: an object may be there without those that it names. */
  readonly #doubted = new Set<string>();

  constructor(place: RemotePlace) {
    this.#place = place;
  }

  /** @throws GhostError remote_unreachable, remote_refused */
  async seen(): Promise<Seen> {
    const { link, copy } = this.#place;
    let problem: NoAnswer = { kind: 'unreachable', why: 'it moves faster than it can be fetched' };
    for (let round = 0; round < ROUNDS; round += 1) {
      const looked = await link.look();
      if (looked.kind !== 'seen') throw noAnswer(this.#place, looked);
      const missing = await this.#missing(looked);
      if (missing.length === 0) {
        if (looked.branch !== null) await copy.noteTip(looked.branch);
        return { branch: looked.branch, fence: await this.#standing(looked.fence) };
      }
      // A ref that is gone by now cannot be fetched either: looking again tells.
      problem = (await this.#fetch(missing)) ?? problem;
    }
    throw noAnswer(this.#place, problem);
  }

  /** @throws GhostError branch_gone, remote_unreachable, remote_refused */
  async tip(): Promise<CommitId> {
    const { url, branch } = this.#place;
    const { branch: tip } = await this.seen();
    if (tip === null) throw fail('branch_gone', { branch, path: url });
    return tip;
  }

  async #fetch(missing: readonly Missing[]): Promise<NoAnswer | null> {
    const fetched = await this.#place.link.fetch(missing.map(({ ref }) => ref));
    for (const { id } of missing)
      if (fetched.kind === 'fetched') this.#doubted.delete(id);
      else this.#doubted.add(id);
    return fetched.kind === 'fetched' ? null : fetched;
  }

  async #missing(looked: { readonly branch: string | null; readonly fence: string | null }) {
    const named = (['branch', 'fence'] as const).map(async (ref) => {
      const id = looked[ref];
      return id === null || (await this.#isHere(id)) ? null : { ref, id };
    });
    return (await Promise.all(named)).filter((missing) => missing !== null);
  }

  async #isHere(id: string): Promise<boolean> {
    return !this.#doubted.has(id) && this.#place.copy.has(id);
  }

  async #standing(id: string | null): Promise<StandingFence | null> {
    return id === null ? null : { id, mark: await this.#place.copy.readMark(id) };
  }
}

/** What git, and the usual servers, say where nothing is, or where nothing may be seen. */
const NO_REPOSITORY = /does not appear to be a git repository|repository .*not found/i;

export function noAnswer({ url }: Pick<RemotePlace, 'url'>, { kind, why }: NoAnswer): Error {
  if (NO_REPOSITORY.test(why)) return fail('remote_missing', { url, problem: why });
  return fail(kind === 'denied' ? 'remote_refused' : 'remote_unreachable', { url, problem: why });
}

/** @returns what to throw after a push that was to move the fence alone */
export function notMoved(
  place: Pick<RemotePlace, 'url'>,
  { by, why }: Extract<Pushed, { kind: 'refused' }>,
): Error {
  return by === 'rule'
    ? fail('remote_declined', { url: place.url, problem: why })
    : noAnswer(place, { kind: 'denied', why });
}
