import type { Lease, ProcessIdentity } from '../../../core/lease/lease.ts';
import type { Destination, FenceMark, Raised } from '../../../ports/repository.ts';
import { type FenceClaim, refusalOf } from '../fence-rule.ts';
import type { RefHost, StandingFence, Writer } from '../ref-host.ts';
import { RemoteFence } from './remote-fence.ts';
import type { Pushed } from './remote-link.ts';
import { noAnswer, notMoved, type RemotePlace, RemoteRefs } from './remote-refs.ts';

export interface RemoteDestinationParts {
  readonly installation: string;
  readonly workspace: string;
  readonly place: RemotePlace;
  /** Keeps the runners of this machine apart. What the remote becomes is decided there and by nothing here. */
  readonly host: Pick<RefHost, 'startWriter' | 'endPredecessor'>;
  readonly lockFile: string;
}

/** Pushes that lose a race, or whose outcome is not known, are looked after and tried again so often. */
const TRIES = 3;
const NOT_MOVED = { kind: 'refused', by: 'state', why: 'the fence could not be moved' } as const;

/**
 * A branch that others push to as well. The fence is a ref of the remote and moves up by a push with a lease, so that
 * holders on any machine see the same one; a push of an earlier holder that is still under way arrives too late for it.
 */
export class RemoteDestination implements Destination {
  readonly #parts: RemoteDestinationParts;
  readonly #refs: RemoteRefs;

  /**
   * Ids of the marks that were written here under one lease, for pushes whose answer got lost. Those of a later lease are
   * not an earlier holder's, though both are of this process.
   */
  #own: { readonly token: number; readonly ids: Set<string> } | null = null;

  constructor(parts: RemoteDestinationParts) {
    this.#parts = parts;
    this.#refs = new RemoteRefs(parts.place);
  }

  get installation(): string {
    return this.#parts.installation;
  }

  async fence(): Promise<FenceMark | null> {
    return (await this.#refs.seen()).fence?.mark ?? null;
  }

  async raise(
    lease: Lease,
    predecessor: ProcessIdentity | null,
    { adopt }: { readonly adopt: boolean },
  ): Promise<Raised> {
    const { installation, host, lockFile } = this.#parts;
    const claim = { installation, lease, adopt, own: this.#ownOf(lease) };
    const { fence: standing } = await this.#refs.seen();
    // Refused before anything is ended: another installation's writer is not ours to end.
    const refused = refusalOf(standing, claim);
    if (refused) return refused;
    if (predecessor !== null && !(await host.endPredecessor(predecessor)))
      return { kind: 'locked', path: lockFile };
    const started = await host.startWriter();
    if (started.kind === 'locked') return started;
    let raised: Raised | null = null;
    try {
      raised = await this.#push(claim, { standing, writer: started.writer });
      return raised;
    } finally {
      if (raised?.kind !== 'raised') await started.writer.end();
    }
  }

  /** Nothing of the fence lies on this machine, so nothing can be left lying about. */
  async clearStaleFence(): Promise<boolean> {
    return false;
  }

  #ownOf({ token }: Lease): Set<string> {
    if (this.#own?.token !== token) this.#own = { token, ids: new Set() };
    return this.#own.ids;
  }

  async #push(
    claim: FenceClaim & { readonly own: Set<string> },
    found: { readonly standing: StandingFence | null; readonly writer: Writer },
  ): Promise<Raised> {
    const { installation, workspace, place } = this.#parts;
    const { own } = claim;
    let { standing } = found;
    let last: Extract<Pushed, { kind: 'refused' }> = NOT_MOVED;
    for (let tries = 0; tries < TRIES; tries += 1) {
      const mark = await place.copy.writeMark({ installation, workspace, token: claim.lease.token });
      own.add(mark.id);
      const pushed = await place.link.push([{ ref: 'fence', from: standing?.id ?? null, to: mark.id }]);
      standing = pushed.kind === 'accepted' ? mark : (await this.#refs.seen()).fence;
      if (standing !== null && own.has(standing.id)) {
        const { lease } = claim;
        return {
          kind: 'raised',
          fence: new RemoteFence({ lease, place, standing, own, writer: found.writer }),
        };
      }
      const refused = refusalOf(standing, claim);
      if (refused) return refused;
      if (pushed.kind === 'unknown') throw noAnswer(place, pushed.why);
      if (pushed.kind === 'refused') last = pushed;
    }
    throw notMoved(place, last);
  }
}
