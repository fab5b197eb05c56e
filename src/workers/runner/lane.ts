import { pauseWorkspace } from '../../app/pause-workspace.ts';
import { areEditsGone, workInLine } from '../../app/work-in-line.ts';
import { GhostError } from '../../core/errors.ts';
import type { LeaseRecord } from '../../core/lease/lease.ts';
import type { LandingStep } from '../../core/patch/landing-step.ts';
import type { Logger } from '../../platform/logger.ts';
import type { LaneFacts } from './lane-facts.ts';
import { LineInHand, type LineNeeds, type LineOptions, LOOK_EVERY_MS } from './line-in-hand.ts';
import { lineStanding } from './line-standing.ts';
import type { Slots } from './slots.ts';

/** The longest that a lane which fails keeps still; the first time it is as long as a look. */
const LONGEST_PAUSE_MS = 30_000;
const MOST_DECLINES = 3;
/** How often a line that nobody has in hand is looked at for edits that are gone, and taken for a remote that is behind. */
const EDITS_EVERY_MS = 5_000;
const BEHIND_EVERY_MS = 30_000;

export interface LaneOptions extends LineOptions {
  readonly logger: Logger;
  readonly slots: Slots;
}

/** Runs one workspace's patches one by one for as long as its runner lives: when to take the line in hand, and when to wait. */
export class Lane {
  /** Resolves when the workspace has been given back for good. */
  readonly ended: Promise<void>;
  readonly #needs: LineNeeds;
  readonly #options: LaneOptions;
  readonly #line: LineInHand;
  #facts: LaneFacts;
  /** In a row. */
  #failures = 0;
  /** In a row: how often a rule of the remote kept the fence from being moved. */
  #declines = 0;
  /** Whether anybody had the line in hand since this runner started: what had landed may have to be put back on the branch. */
  #since: 'seen' | 'unseen' = 'unseen';
  /** When it was last in hand, or last looked at for edits. */
  #lookedAfterAt = Number.NEGATIVE_INFINITY;

  constructor(needs: LineNeeds, options: LaneOptions) {
    this.#needs = needs;
    this.#options = options;
    this.#facts = {
      ...{ workspace: options.workspace.name, doing: 'starting' },
      ...{ detail: null, token: null, behind: null, unattested: null },
    };
    const observe = (step: LandingStep, subject: string) => this.#observe(step, subject);
    this.#line = new LineInHand(
      needs,
      { ...options, observe },
      {
        show: (doing, detail = null) => this.#show(doing, detail),
        tell: (facts) => {
          this.#facts = { ...this.#facts, ...facts };
        },
        pause: (ms) => this.#pause(ms),
        stopTheLine: (problem) => this.#stopTheLine(problem),
        moved: () => {
          this.#failures = 0;
          this.#declines = 0;
        },
        worked: () => options.slots.moved(options.workspace.name),
        isToGiveBack: (doing) => options.slots.isToGiveBack(options.workspace.name, doing),
      },
    );
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
    this.#options.slots.forget(this.#options.workspace.name);
    this.#facts = { ...this.#facts, doing: 'stopped', detail: null, token: null };
  }

  /** For how long to rest after it; null when it failed. */
  async #turn(): Promise<number | null> {
    try {
      const restMs = await this.#untilItsTurn();
      return restMs === null ? await this.#takeTurn() : Math.min(restMs, LOOK_EVERY_MS);
    } catch (error) {
      const { logger, workspace, slots } = this.#options;
      // It keeps still now: at the head of those that wait it would keep a slot from them.
      slots.leaves(workspace.name, 'rest');
      this.#show('blocked', error instanceof Error ? error.message : String(error));
      logger.error('the lane stumbled and starts again', { workspace: workspace.name, error });
      return null;
    }
  }

  /** For how long to rest before the line is looked at again; null when it can be taken in hand now. */
  async #untilItsTurn(): Promise<number | null> {
    const { slots, workspace } = this.#options;
    const lease = await this.#needs.leaser.find(workspace.name);
    const busyForMs = this.#busyElsewhere(lease);
    if (busyForMs !== null) {
      this.#since = 'seen';
      slots.leaves(workspace.name, 'another runner');
      return busyForMs;
    }
    if (!slots.isLimited) return null;
    const restMs = await this.#untilWork(lease);
    if (restMs !== null) {
      slots.leaves(workspace.name, 'rest');
      return restMs;
    }
    slots.waits(workspace.name);
    if (slots.isTurnOf(workspace.name)) return null;
    this.#show('waiting for a slot', `of ${slots.facts().limit}`);
    return LOOK_EVERY_MS;
  }

  /** Null when there is something to do. */
  async #untilWork(lease: LeaseRecord | null): Promise<number | null> {
    const { workspace, cooldownMs } = this.#options;
    const { clock } = this.#needs;
    const work = await workInLine(this.#needs, { workspace, lease, cooldownMs, since: this.#since });
    if (work.kind !== 'behind') this.#facts = { ...this.#facts, behind: null };
    switch (work.kind) {
      case 'due':
        return null;
      case 'later':
        this.#show('waiting', `next patch at ${new Date(work.until).toISOString()}`);
        return work.until - clock.now();
      case 'paused':
        this.#show('paused', work.reason);
        return LOOK_EVERY_MS;
      case 'behind':
        this.#show('idle', null);
        return clock.monotonic() - this.#lookedAfterAt >= BEHIND_EVERY_MS ? null : LOOK_EVERY_MS;
      case 'edited':
        return (await this.#areEditsGone()) ? null : LOOK_EVERY_MS;
      case 'none':
        this.#show('idle', null);
        return LOOK_EVERY_MS;
    }
  }

  async #areEditsGone(): Promise<boolean> {
    const { slots, workspace } = this.#options;
    // It was seen already, and there was no slot.
    if (slots.isWaiting(workspace.name)) return true;
    this.#show('idle', null);
    const now = this.#needs.clock.monotonic();
    if (now - this.#lookedAfterAt < EDITS_EVERY_MS) return false;
    this.#lookedAfterAt = now;
    return areEditsGone(this.#needs, workspace);
  }

  /** For how long to rest after it; null when it failed. */
  async #takeTurn(): Promise<number | null> {
    const { slots, workspace } = this.#options;
    let worked = 0;
    let ended: 'over' | 'barred' | 'busy';
    slots.take(workspace.name);
    try {
      ended = await this.#holdUnlessDeclined();
    } finally {
      worked = slots.giveBack(workspace.name);
      this.#lookedAfterAt = this.#needs.clock.monotonic();
    }
    if (ended === 'barred') return null;
    this.#since = 'seen';
    if (ended === 'busy' || !slots.isLimited) return LOOK_EVERY_MS;
    // It goes to the end of those that wait at once; where a lease changed nothing, the next one is not hurried.
    return worked > 0 ? 0 : null;
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
  #busyElsewhere(lease: LeaseRecord | null): number | null {
    if (lease === null || lease.owner === null) return null;
    const left = lease.expiresAt - this.#needs.clock.now();
    // A clock that went back makes a lease look longer than what it was granted for: asking for it puts that right.
    if (left <= 0 || left > lease.ttlMs) return null;
    this.#show('busy elsewhere', `held by ${lease.owner}`);
    return left;
  }

  /** What a rule declines again and again a person has to look at; one that was changed meanwhile is none. */
  async #holdUnlessDeclined(): Promise<'over' | 'barred' | 'busy'> {
    try {
      return await this.#line.run();
    } catch (error) {
      if (!(error instanceof GhostError && error.code === 'remote_declined')) throw error;
      this.#declines += 1;
      if (this.#declines < MOST_DECLINES) throw error;
      this.#declines = 0;
      await this.#stopTheLine(`${error.message} ${error.hint}`);
      return 'over';
    }
  }

  async #stopTheLine(problem: string): Promise<void> {
    const { workspace, logger, owner } = this.#options;
    logger.error('the line was stopped', { workspace: workspace.name, problem });
    await pauseWorkspace(this.#needs, { name: workspace.name, reason: problem, actor: owner });
    this.#show('paused', problem);
  }

  /** Until woken, stopped, or `ms` have passed. */
  async #pause(ms: number): Promise<void> {
    const { draining, stopping, slots, workspace } = this.#options;
    const woken = new AbortController();
    const wake = () => woken.abort();
    const ends = [this.#needs.wakeUps.subscribe('line', wake), slots.subscribe(workspace.name, wake)];
    await this.#needs.clock.sleep(Math.max(0, ms), AbortSignal.any([woken.signal, draining, stopping]));
    for (const end of ends) end();
  }

  async #observe(step: LandingStep, subject: string): Promise<void> {
    if (step === 'claimed') this.#show('landing', subject);
    await this.#options.observe(step, subject);
  }

  #show(doing: LaneFacts['doing'], detail: string | null): void {
    this.#facts = { ...this.#facts, doing, detail };
  }
}
