import { fenceUnreadable, ledgerOlder } from '../../app/branch-problem.ts';
import type { AttestNeeds } from '../../app/evidence/attest-landings.ts';
import { followRemote } from '../../app/follow-remote.ts';
import type { Holding } from '../../app/holding.ts';
import { landNextPatch, type Next, type NextNeeds } from '../../app/land-next-patch.ts';
import type { Needs } from '../../app/needs.ts';
import { recoverWorkspace } from '../../app/recover-workspace.ts';
import { releaseHeld, type SeenUnapproved } from '../../app/release-held.ts';
import { takeWorkspace } from '../../app/take-workspace.ts';
import { unknownCommits } from '../../app/verify/unknown-commits.ts';
import type { WatchNeeds } from '../../app/watch-services.ts';
import { whileHeld } from '../../app/while-held.ts';
import { GhostError } from '../../core/errors.ts';
import type { StepObserver } from '../../core/patch/landing-step.ts';
import { isSameRegistration, type Workspace } from '../../core/workspace.ts';
import type { OpenRepository } from '../../ports/repository.ts';
import { type LaneFacts, whyNot } from './lane-facts.ts';
import { LineEvidence } from './line-evidence.ts';
import { LineServices } from './line-services.ts';

/** How long a line waits without being woken before it is looked at again. */
export const LOOK_EVERY_MS = 1_000;

export type LineNeeds = NextNeeds &
  AttestNeeds &
  WatchNeeds &
  Pick<Needs, 'leaser' | 'repositories' | 'chains'>;

export interface LineOptions {
  readonly workspace: Workspace;
  readonly owner: string;
  readonly leaseTtlMs: number;
  readonly cooldownMs: number;
  readonly observe: StepObserver;
  /** No new head is begun once this aborts; what runs is finished. */
  readonly draining: AbortSignal;
  /** What runs is broken off. */
  readonly stopping: AbortSignal;
}

/** What a lane lends to the line that it has in hand. */
export interface LaneView {
  show(doing: LaneFacts['doing'], detail?: string | null): void;
  tell(facts: Partial<Pick<LaneFacts, 'token' | 'behind' | 'unattested'>>): void;
  /** Until woken, stopped, or `ms` have passed. */
  pause(ms: number): Promise<void>;
  stopTheLine(problem: string): Promise<void>;
  /** The line has made a move: earlier failures are over. */
  moved(): void;
  /** A patch was worked on. */
  worked(): void;
  /** Whether another line is to have its turn first. */
  isToGiveBack(doing: 'working' | 'resting'): boolean;
}

/** What landings leave to be done. */
interface Owed {
  readonly evidence: LineEvidence;
  readonly services: LineServices;
}

/** One time of having a workspace's line in hand: from taking its lease, move by move, to giving it back. */
export class LineInHand {
  readonly #needs: LineNeeds;
  readonly #options: LineOptions;
  readonly #lane: LaneView;
  readonly #unapproved: SeenUnapproved = new Map();

  constructor(needs: LineNeeds, options: LineOptions, lane: LaneView) {
    this.#needs = needs;
    this.#options = options;
    this.#lane = lane;
  }

  /** `barred`: something stood in the way of the fence. `busy`: somebody else was first. */
  async run(): Promise<'over' | 'barred' | 'busy'> {
    // A line that stands still needs no holder; taking its lease again and again would only fill the chain.
    const workspace = await this.#registered();
    if (workspace.paused !== null) {
      this.#lane.show('paused', workspace.paused);
      return 'over';
    }
    const open = await this.#needs.repositories.open(workspace);
    try {
      return await this.#take(workspace, open);
    } finally {
      await open.repository.close();
    }
  }

  /** As the register has it now: an operator may have accepted the branch as it is since the last holding. */
  async #registered(): Promise<Workspace> {
    const { workspace } = this.#options;
    const now = await this.#needs.workspaces.find(workspace.name);
    return now !== null && isSameRegistration(now, workspace) ? now : workspace;
  }

  async #take(workspace: Workspace, open: OpenRepository): Promise<'over' | 'barred' | 'busy'> {
    const { owner, leaseTtlMs: ttlMs, observe, stopping } = this.#options;
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, stopping]);
    const taken = await takeWorkspace(this.#needs, {
      ...{ workspace, open, owner, ttlMs, signal, observe },
      ...{ adopt: false, ledger: 'newest' },
    });
    switch (taken.kind) {
      case 'taken':
        await this.#hold(taken.holding, () => lost.abort());
        return 'over';
      case 'older-ledger': {
        const commits = await unknownCommits(this.#needs, { workspace, open });
        await this.#lane.stopTheLine(ledgerOlder(workspace, taken, commits));
        return 'over';
      }
      case 'unreadable-fence': {
        const found = fenceUnreadable(workspace, taken.problem);
        await this.#lane.stopTheLine(`${found}, and \`ghost workspace resume ${workspace.name}\``);
        return 'over';
      }
      case 'busy':
        this.#lane.show('busy elsewhere', whyNot(workspace.name, taken));
        return 'busy';
      default:
        this.#lane.show('blocked', whyNot(workspace.name, taken));
        return 'barred';
    }
  }

  async #hold(holding: Holding, lost: () => void): Promise<void> {
    const held = { holding, ttlMs: this.#options.leaseTtlMs, lost };
    this.#lane.tell({ token: holding.lease.token });
    try {
      await whileHeld(this.#needs, held, () => this.#goOn(holding));
    } finally {
      this.#lane.tell({ token: null });
    }
  }

  async #goOn(holding: Holding): Promise<void> {
    const evidence = new LineEvidence(this.#needs, holding, (unattested) => this.#lane.tell({ unattested }));
    const services = new LineServices(this.#needs, holding);
    for (let goesOn = await this.#recover(holding); goesOn && !this.#isOver(holding); ) {
      goesOn = (await this.#advance(holding, { evidence, services })) && !this.#lane.isToGiveBack('working');
      this.#lane.moved();
    }
    await evidence.make();
  }

  #isOver(holding: Holding): boolean {
    return this.#options.draining.aborted || holding.signal.aborted;
  }

  /** What is locked is waited for with the lease in hand: taking it anew for each look would only fill the chain. */
  async #recover(holding: Holding): Promise<boolean> {
    while (!this.#isOver(holding)) {
      const recovered = await recoverWorkspace(this.#needs, holding, { branch: 'kept' });
      if (recovered.kind === 'broken') return this.#stop(recovered.problem);
      if (recovered.kind !== 'blocked') return recovered.kind === 'recovered';
      this.#lane.show('blocked', `repository locked: ${recovered.path}`);
      if (!(await this.#waited(LOOK_EVERY_MS))) return false;
    }
    return false;
  }

  /** One move of the line. False when this holding is over. */
  async #advance(holding: Holding, { evidence, services }: Owed): Promise<boolean> {
    const { paused } = await this.#registered();
    if (paused !== null) {
      this.#lane.show('paused', paused);
      return false;
    }
    const followed = await followRemote(this.#needs, holding);
    if (followed.kind === 'broken') return this.#stop(followed.problem);
    this.#lane.tell({ behind: followed.kind === 'behind' ? followed.why : null });
    const released = await releaseHeld(this.#needs, holding, this.#unapproved);
    // Nothing lands on what a service still has to answer for.
    await services.settle();
    const next = await this.#landNext(holding);
    switch (next.kind) {
      case 'moved':
        this.#lane.worked();
        if (next.patch.state.name === 'landed') services.landed();
        await services.settle();
        await evidence.moved();
        return true;
      case 'fenced':
      case 'mismatch':
        return false;
      case 'superseded':
        return holding.signal.aborted ? false : this.#recover(holding);
      case 'broken':
        return this.#stop(next.problem);
      case 'blocked':
        this.#lane.show('blocked', `repository locked: ${next.path}`);
        return (await this.#waited(LOOK_EVERY_MS)) && this.#recover(holding);
      case 'unsuitable':
        this.#lane.show('blocked', next.problem);
        return this.#waited(LOOK_EVERY_MS);
      default:
        if (released) return true;
        await evidence.make();
        return this.#rest(next);
    }
  }

  /** False, at once, where another line is to have its turn instead. */
  async #waited(ms: number): Promise<boolean> {
    if (this.#lane.isToGiveBack('resting')) return false;
    await this.#lane.pause(ms);
    return true;
  }

  /** A disk that is full or read-only stops the line for as long as it is so, and the patches keep their attempts. */
  async #landNext(
    holding: Holding,
  ): Promise<Next | { readonly kind: 'unsuitable'; readonly problem: string }> {
    try {
      const { cooldownMs } = this.#options;
      return await landNextPatch(this.#needs, holding, { cooldownMs, waived: null, branch: 'kept' });
    } catch (error) {
      if (!(error instanceof GhostError && error.code === 'repository_unsuitable')) throw error;
      return { kind: 'unsuitable', problem: error.message };
    }
  }

  async #rest(next: Extract<Next, { kind: 'idle' | 'waiting' | 'paused' }>): Promise<boolean> {
    if (next.kind === 'waiting') {
      this.#lane.show('waiting', `next patch at ${new Date(next.until).toISOString()}`);
      return this.#waited(Math.min(next.until - this.#needs.clock.now(), LOOK_EVERY_MS));
    }
    this.#lane.show(next.kind, next.kind === 'paused' ? next.reason : null);
    return this.#waited(LOOK_EVERY_MS);
  }

  async #stop(problem: string): Promise<false> {
    await this.#lane.stopTheLine(problem);
    return false;
  }
}
