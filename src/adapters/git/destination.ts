import { fail } from '../../core/errors.ts';
import type { Lease, ProcessIdentity } from '../../core/lease/lease.ts';
import type { Destination, FenceMark, Raised } from '../../ports/repository.ts';
import { lockIn, RaisedFence } from './fence.ts';
import { refusalOf } from './fence-rule.ts';
import type { LogHost } from './log-host.ts';
import type { RefHost, StandingFence, Started, Writer } from './ref-host.ts';
import { gitFailed } from './run-git.ts';

export interface DestinationParts {
  readonly installation: string;
  readonly workspace: string;
  readonly host: RefHost;
  /** Absent where no log is kept beside the branch. */
  readonly log?: LogHost;
  /** Names the kernel lock to people. */
  readonly lockFile: string;
}

interface Wish {
  readonly lease: Lease;
  readonly adopt: boolean;
}

/** The branch as something to land on: takes the kernel lock, then moves the fence up by compare-and-swap. */
export class GitDestination implements Destination {
  readonly #parts: DestinationParts;
  /** Ids of the marks that were written here, for raises whose answer got lost. */
  readonly #own = new Set<string>();

  constructor(parts: DestinationParts) {
    this.#parts = parts;
  }

  get installation(): string {
    return this.#parts.installation;
  }

  async fence(): Promise<FenceMark | null> {
    return (await this.#parts.host.fence())?.mark ?? null;
  }

  async raise(
    lease: Lease,
    predecessor: ProcessIdentity | null,
    options: { readonly adopt: boolean },
  ): Promise<Raised> {
    const wish = { lease, adopt: options.adopt };
    // Refused before anything is killed: another installation's writer is not ours to end.
    const refused = this.#refusal(await this.#parts.host.fence(), wish);
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

  async clearStaleFence(predecessor: ProcessIdentity | null): Promise<boolean> {
    const started = await this.#startWriter(predecessor);
    if (started.kind === 'locked') return false;
    try {
      return await this.#parts.host.clearFenceLock();
    } finally {
      await started.writer.end();
    }
  }

  async #startWriter(predecessor: ProcessIdentity | null): Promise<Started> {
    const { host, lockFile } = this.#parts;
    const gone = predecessor === null || (await host.endPredecessor(predecessor));
    return gone ? host.startWriter() : { kind: 'locked', path: lockFile };
  }

  async #raiseUnderLock(writer: Writer, wish: Wish): Promise<Raised> {
    const { installation, workspace, host } = this.#parts;
    const before = await host.fence();
    const refused = this.#refusal(before, wish);
    if (refused) return refused;
    const standing = await host.writeMark({ installation, workspace, token: wish.lease.token });
    this.#own.add(standing.id);
    const outcome = await writer.transact({
      update: { ref: host.fenceRef, to: standing.id, from: before?.id ?? null },
    });
    const after = outcome.kind === 'committed' ? standing : await host.fence();
    if (after?.id === standing.id) {
      await host.syncAll();
      return this.#raised(writer, wish.lease, standing);
    }
    const why = this.#refusal(after, wish) ?? (outcome.kind === 'died' ? lockIn(outcome.stderr) : null);
    if (why) return why;
    if (outcome.kind === 'died') refuseObstructed(host.fenceRef, outcome.stderr);
    throw gitFailed('update-ref', outcome.kind === 'died' ? outcome : { exitCode: null, stderr: '' });
  }

  /** The transaction can have been the last thing that the writer did. */
  async #raised(writer: Writer, lease: Lease, standing: StandingFence): Promise<Raised> {
    const { host, log = null } = this.#parts;
    const started: Started = writer.isRunning ? { kind: 'started', writer } : await host.startWriter();
    if (started.kind === 'locked') return started;
    return { kind: 'raised', fence: new RaisedFence({ lease, host, standing, writer: started.writer, log }) };
  }

  #refusal(standing: StandingFence | null, wish: Wish): Raised | null {
    return refusalOf(standing, { ...wish, installation: this.installation, own: this.#own });
  }
}

/** A ref cannot be a folder of another one: what stands there is left of a branch that made way for ours. */
function refuseObstructed(fence: string, stderr: string): void {
  const by = /'(refs\/ghost\/fence\/[^']+)' exists; cannot create/.exec(stderr)?.[1];
  if (by !== undefined) throw fail('fence_obstructed', { fence, by });
}
