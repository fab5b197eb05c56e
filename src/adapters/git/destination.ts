import type { Lease, ProcessIdentity } from '../../core/lease/lease.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Destination, FenceMark, Raised } from '../../ports/repository.ts';
import { lockIn, RaisedFence } from './fence.ts';
import { formatMark } from './fence-mark.ts';
import { type ObjectFormat, zeroId } from './object-id.ts';
import type { ObjectWriter } from './object-writer.ts';
import { endPredecessor } from './predecessor.ts';
import { RefWriter, type Started, type WriterPlace } from './ref-writer.ts';
import type { BranchRefs, StandingFence } from './refs.ts';
import { gitFailed } from './run-git.ts';
import { clearFenceLock } from './stale-locks.ts';

export interface DestinationParts {
  readonly installation: string;
  readonly workspace: string;
  readonly refs: BranchRefs;
  readonly objects: ObjectWriter;
  readonly format: ObjectFormat;
  readonly place: WriterPlace;
  readonly clock: Clock;
}

interface Wish {
  readonly lease: Lease;
  readonly adopt: boolean;
}

/** The branch as something to land on: takes the kernel lock, then moves the fence up by compare-and-swap. */
export class GitDestination implements Destination {
  readonly #parts: DestinationParts;

  constructor(parts: DestinationParts) {
    this.#parts = parts;
  }

  async fence(): Promise<FenceMark | null> {
    return (await this.#parts.refs.fence())?.mark ?? null;
  }

  async raise(
    lease: Lease,
    predecessor: ProcessIdentity | null,
    options: { readonly adopt: boolean },
  ): Promise<Raised> {
    const wish = { lease, adopt: options.adopt };
    // Refused before anything is killed: another installation's writer is not ours to end.
    const refused = this.#refusal(await this.#parts.refs.fence(), wish);
    if (refused) return refused;
    const started = await this.#startWriter(predecessor);
    if (started.kind === 'locked') return started;
    let raised: Raised | null = null;
    try {
      raised = await this.#raiseUnderLock(started.writer, wish);
      return raised;
    } finally {
      if (raised?.kind !== 'raised') await started.writer.end();
    }
  }

  async clearStaleFence(predecessor: ProcessIdentity): Promise<boolean> {
    const started = await this.#startWriter(predecessor);
    if (started.kind === 'locked') return false;
    try {
      return await clearFenceLock(this.#parts.refs);
    } finally {
      await started.writer.end();
    }
  }

  async #startWriter(predecessor: ProcessIdentity | null): Promise<Started> {
    const { place, clock } = this.#parts;
    const gone = predecessor === null || (await endPredecessor(predecessor, clock));
    return gone ? RefWriter.start(place) : { kind: 'locked', path: place.lockFile };
  }

  async #raiseUnderLock(writer: RefWriter, wish: Wish): Promise<Raised> {
    const { refs, place } = this.#parts;
    const before = await refs.fence();
    const refused = this.#refusal(before, wish);
    if (refused) return refused;
    const standing = await this.#writeMark(wish.lease);
    const old = before?.id ?? zeroId(this.#parts.format);
    const outcome = await writer.transact([`update ${refs.fenceRef} ${standing.id} ${old}`]);
    const after = outcome.kind === 'committed' ? standing : await refs.fence();
    if (after?.id === standing.id) {
      await refs.syncAll();
      return this.#raised(writer, { lease: wish.lease, refs, place, standing });
    }
    const why = this.#refusal(after, wish) ?? (outcome.kind === 'died' ? lockIn(outcome.stderr) : null);
    if (why) return why;
    throw gitFailed('update-ref', outcome.kind === 'died' ? outcome : { exitCode: null, stderr: '' });
  }

  /** The transaction can have been the last thing that the writer did. */
  async #raised(
    writer: RefWriter,
    rest: { lease: Lease; refs: BranchRefs; place: WriterPlace; standing: StandingFence },
  ): Promise<Raised> {
    const started: Started = writer.isRunning
      ? { kind: 'started', writer }
      : await RefWriter.start(this.#parts.place);
    if (started.kind === 'locked') return started;
    return { kind: 'raised', fence: new RaisedFence({ ...rest, writer: started.writer }) };
  }

  async #writeMark(lease: Lease): Promise<StandingFence> {
    const { installation, workspace, objects } = this.#parts;
    const mark = { installation, workspace, token: lease.token };
    const [id = ''] = await objects.write([{ type: 'blob', content: formatMark(mark) }]);
    return { id, mark };
  }

  /** An equal token is our own, raised before; another installation's tokens are counted elsewhere and never equal. */
  #refusal(standing: StandingFence | null, wish: Wish): Raised | null {
    if (!standing) return null;
    const { mark } = standing;
    const foreign = mark.installation !== this.#parts.installation;
    if (foreign && !wish.adopt) return { kind: 'other-installation', mark };
    const stale = foreign ? mark.token >= wish.lease.token : mark.token > wish.lease.token;
    return stale ? { kind: 'fenced', mark } : null;
  }
}
