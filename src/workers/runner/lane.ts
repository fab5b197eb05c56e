import { pauseWorkspace } from '../../app/pause-workspace.ts';
import { GhostError } from '../../core/errors.ts';
import type { LandingStep } from '../../core/patch/landing-step.ts';
import type { Logger } from '../../platform/logger.ts';
import type { LaneFacts } from './lane-facts.ts';
import { LineInHand, type LineNeeds, type LineOptions, LOOK_EVERY_MS } from './line-in-hand.ts';
import { lineStanding } from './line-standing.ts';

/** The longest that a lane which fails keeps still; the first time it is as long as a look. */
const LONGEST_PAUSE_MS = 30_000;
const MOST_DECLINES = 3;

export interface LaneOptions extends LineOptions {
  readonly logger: Logger;
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

  constructor(needs: LineNeeds, options: LaneOptions) {
    this.#needs = needs;
    this.#options = options;
    this.#facts = {
      ...{ workspace: options.workspace.name, doing: 'starting' },
      ...{ detail: null, token: null, behind: null },
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

  #show(doing: LaneFacts['doing'], detail: string | null): void {
    this.#facts = { ...this.#facts, doing, detail };
  }
}
