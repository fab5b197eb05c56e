import { fenceUnreadable, ledgerOlder } from '../../app/branch-problem.ts';
import { followRemote } from '../../app/follow-remote.ts';
import type { Holding } from '../../app/holding.ts';
import { keepLease } from '../../app/keep-lease.ts';
import { landNextPatch, type Next, type NextNeeds } from '../../app/land-next-patch.ts';
import type { Needs } from '../../app/needs.ts';
import { pauseWorkspace } from '../../app/pause-workspace.ts';
import { recoverWorkspace } from '../../app/recover-workspace.ts';
import { releaseHeld } from '../../app/release-held.ts';
import { giveBackWorkspace, takeWorkspace } from '../../app/take-workspace.ts';
import { unknownCommits } from '../../app/unknown-commits.ts';
import { GhostError } from '../../core/errors.ts';
import type { LandingStep, StepObserver } from '../../core/patch/landing-step.ts';
import { isSameRegistration, type Workspace } from '../../core/workspace.ts';
import type { Logger } from '../../platform/logger.ts';
import { type LaneFacts, whyNot } from './lane-facts.ts';
import { lineStanding } from './line-standing.ts';

/** How long a lane waits without being woken before it looks for itself. */
const LOOK_EVERY_MS = 1_000;
/** The longest that a lane which fails keeps still; the first time it is as long as a look. */
const LONGEST_PAUSE_MS = 30_000;
const MOST_DECLINES = 3;

export type LaneNeeds = NextNeeds & Pick<Needs, 'leaser' | 'repositories' | 'chains'>;

export interface LaneOptions {
  readonly workspace: Workspace;
  readonly owner: string;
  readonly leaseTtlMs: number;
  readonly cooldownMs: number;
  readonly observe: StepObserver;
  readonly logger: Logger;
  /** No new head is begun once this aborts; what runs is finished. */
  readonly draining: AbortSignal;
  /** What runs is broken off. */
  readonly stopping: AbortSignal;
}

/** Runs one workspace's patches one by one for as long as its runner lives: takes the lease, keeps it, gives it back. */
export class Lane {
  /** Resolves when the workspace has been given back for good. */
  readonly ended: Promise<void>;
  readonly #needs: LaneNeeds;
  readonly #options: LaneOptions;
  #facts: LaneFacts;
  /** In a row. */
  #failures = 0;
  /** In a row: how often a rule of the remote kept the fence from being moved. */
  #declines = 0;

  constructor(needs: LaneNeeds, options: LaneOptions) {
    this.#needs = needs;
    this.#options = options;
    this.#facts = {
      ...{ workspace: options.workspace.name, doing: 'starting' },
      ...{ detail: null, token: null, behind: null },
    };
    this.ended = this.#run();
  }

  facts(): LaneFacts {
    return this.#facts;
  }

  async #run(): Promise<void> {
    while (!this.#options.draining.aborted) {
      const restMs = await this.#turn();
      await (restMs === null ? this.#keepStill() : this.#pause(restMs));
    }
    this.#facts = { ...this.#facts, doing: 'stopped', detail: null, token: null };
  }

  /** For how long to rest after it; null when it failed. */
  async #turn(): Promise<number | null> {
    try {
      const busyForMs = await this.#busyElsewhere();
      if (busyForMs !== null) return Math.min(busyForMs, LOOK_EVERY_MS);
      return (await this.#holdUnlessDeclined()) === 'barred' ? null : LOOK_EVERY_MS;
    } catch (error) {
      const { logger, workspace } = this.#options;
      this.#show('blocked', error instanceof Error ? error.message : String(error));
      logger.error('the lane stumbled and starts again', { workspace: workspace.name, error });
      return null;
    }
  }

  /**
   * After a failure, twice as long each time: every lease that is taken in vain leaves two entries in the chain. A wake-up
   * tells of any line, and only where this one has changed is it a reason to try again at once.
   */
  async #keepStill(): Promise<void> {
    const { clock } = this.#needs;
    const { draining, workspace } = this.#options;
    const until = clock.monotonic() + Math.min(LOOK_EVERY_MS * 2 ** this.#failures, LONGEST_PAUSE_MS);
    this.#failures += 1;
    const before = await lineStanding(this.#needs, workspace.name);
    for (let left = until - clock.monotonic(); left > 0 && !draining.aborted; ) {
      await this.#pause(left);
      const now = await lineStanding(this.#needs, workspace.name);
      const isChanged = now !== null && before !== null && now !== before;
      if (isChanged) this.#failures = 0;
      left = isChanged ? 0 : until - clock.monotonic();
    }
  }

  /**
   * For how long somebody else has the lease, or null when it can be asked for. Every wake-up reaches every lane: opening the
   * repository and writing to the ledger each time, only to hear no, would take the holder's machine from it.
   */
  async #busyElsewhere(): Promise<number | null> {
    const lease = await this.#needs.leaser.find(this.#options.workspace.name);
    if (lease === null || lease.owner === null) return null;
    const left = lease.expiresAt - this.#needs.clock.now();
    // A clock that went back makes a lease look longer than what it was granted for: asking for it puts that right.
    if (left <= 0 || left > lease.ttlMs) return null;
    this.#show('busy elsewhere', `held by ${lease.owner}`);
    return left;
  }

  /** What a rule declines again and again a person has to look at; one that was changed meanwhile is none. */
  async #holdUnlessDeclined(): Promise<'over' | 'barred'> {
    try {
      return await this.#hold();
    } catch (error) {
      if (!(error instanceof GhostError && error.code === 'remote_declined')) throw error;
      this.#declines += 1;
      if (this.#declines < MOST_DECLINES) throw error;
      this.#declines = 0;
      await this.#stopTheLine(`${error.message} ${error.hint}`);
      return 'over';
    }
  }

  /** One time of holding the lease, from taking it to giving it back; `barred` when something stands in the way of the fence. */
  async #hold(): Promise<'over' | 'barred'> {
    const { owner, leaseTtlMs, stopping } = this.#options;
    // A line that stands still needs no holder; taking its lease again and again would only fill the chain.
    const workspace = await this.#registered();
    if (workspace.paused !== null) {
      this.#show('paused', workspace.paused);
      return 'over';
    }
    const open = await this.#needs.repositories.open(workspace);
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, stopping]);
    try {
      const taken = await takeWorkspace(this.#needs, {
        ...{ workspace, open, owner, ttlMs: leaseTtlMs, signal },
        ...{ adopt: false, ledger: 'newest' },
        observe: (step, subject) => this.#observe(step, subject),
      });
      if (taken.kind === 'older-ledger') {
        const commits = await unknownCommits(this.#needs, { workspace, open });
        await this.#stopTheLine(ledgerOlder(workspace, taken, commits));
      } else if (taken.kind === 'unreadable-fence') {
        const found = fenceUnreadable(workspace, taken.problem);
        await this.#stopTheLine(`${found}, and \`ghost workspace resume ${workspace.name}\``);
      } else if (taken.kind !== 'taken') {
        this.#show(taken.kind === 'busy' ? 'busy elsewhere' : 'blocked', whyNot(workspace.name, taken));
        if (taken.kind !== 'busy') return 'barred';
      } else await this.#keep(taken.holding, () => lost.abort());
      return 'over';
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

  async #keep(holding: Holding, lost: () => void): Promise<void> {
    const over = new AbortController();
    const keeping = keepLease(
      this.#needs,
      { lease: holding.lease, ttlMs: this.#options.leaseTtlMs, lost },
      over.signal,
    );
    this.#facts = { ...this.#facts, token: holding.lease.token };
    try {
      for (let goesOn = await this.#recover(holding); goesOn && !this.#isOver(holding); ) {
        goesOn = await this.#advance(holding);
        this.#failures = 0;
        this.#declines = 0;
      }
    } finally {
      over.abort();
      await keeping;
      await giveBackWorkspace(this.#needs, holding);
      this.#facts = { ...this.#facts, token: null };
    }
  }

  #isOver(holding: Holding): boolean {
    return this.#options.draining.aborted || holding.signal.aborted;
  }

  /** One move of the line. False when this holding is over. */
  async #advance(holding: Holding): Promise<boolean> {
    const { paused } = await this.#registered();
    if (paused !== null) {
      this.#show('paused', paused);
      return false;
    }
    const followed = await followRemote(this.#needs, holding);
    if (followed.kind === 'broken') return this.#stopTheLine(followed.problem);
    this.#facts = { ...this.#facts, behind: followed.kind === 'behind' ? followed.why : null };
    const released = await releaseHeld(this.#needs, holding);
    const next = await this.#landNext(holding);
    switch (next.kind) {
      case 'unsuitable':
        this.#show('blocked', next.problem);
        await this.#pause(LOOK_EVERY_MS);
        return true;
      case 'fenced':
        return false;
      case 'moved':
        return true;
      case 'mismatch':
        return false;
      case 'broken':
        return this.#stopTheLine(next.problem);
      case 'blocked':
        this.#show('blocked', `repository locked: ${next.path}`);
        await this.#pause(LOOK_EVERY_MS);
        return this.#recover(holding);
      case 'superseded':
        return holding.signal.aborted ? false : this.#recover(holding);
      default:
        if (!released) await this.#rest(next);
        return true;
    }
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

  /** What is locked is waited for with the lease in hand: taking it anew for each look would only fill the chain. */
  async #recover(holding: Holding): Promise<boolean> {
    while (!this.#isOver(holding)) {
      const recovered = await recoverWorkspace(this.#needs, holding, { branch: 'kept' });
      if (recovered.kind === 'broken') return this.#stopTheLine(recovered.problem);
      if (recovered.kind !== 'blocked') return recovered.kind === 'recovered';
      this.#show('blocked', `repository locked: ${recovered.path}`);
      await this.#pause(LOOK_EVERY_MS);
    }
    return false;
  }

  async #stopTheLine(problem: string): Promise<false> {
    const { workspace, logger, owner } = this.#options;
    logger.error('the line was stopped', { workspace: workspace.name, problem });
    await pauseWorkspace(this.#needs, { name: workspace.name, reason: problem, actor: owner });
    this.#show('paused', problem);
    return false;
  }

  async #rest(next: Extract<Next, { kind: 'idle' | 'waiting' | 'paused' }>): Promise<void> {
    if (next.kind === 'waiting') {
      this.#show('waiting', `next patch at ${new Date(next.until).toISOString()}`);
      return this.#pause(Math.min(next.until - this.#needs.clock.now(), LOOK_EVERY_MS));
    }
    this.#show(next.kind, next.kind === 'paused' ? next.reason : null);
    return this.#pause(LOOK_EVERY_MS);
  }

  /** Until woken, stopped, or `ms` have passed. */
  async #pause(ms: number): Promise<void> {
    const { draining, stopping } = this.#options;
    const woken = new AbortController();
    const unsubscribe = this.#needs.wakeUps.subscribe('line', () => woken.abort());
    await this.#needs.clock.sleep(Math.max(0, ms), AbortSignal.any([woken.signal, draining, stopping]));
    unsubscribe();
  }

  async #observe(step: LandingStep, subject: string): Promise<void> {
    if (step === 'claimed') this.#show('landing', subject);
    await this.#options.observe(step, subject);
  }

  #show(doing: LaneFacts['doing'], detail: string | null = null): void {
    this.#facts = { ...this.#facts, doing, detail };
  }
}
