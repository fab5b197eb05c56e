import assert from 'node:assert/strict';
import { join } from 'node:path';
import { gitRepositories } from '../../../src/adapters/git/open.ts';
import { acceptTip } from '../../../src/app/accept-tip.ts';
import { addWorkspace } from '../../../src/app/add-workspace.ts';
import { landNextPatch } from '../../../src/app/land-next-patch.ts';
import type { Needs } from '../../../src/app/needs.ts';
import { resumeWorkspace } from '../../../src/app/pause-workspace.ts';
import { recoverWorkspace } from '../../../src/app/recover-workspace.ts';
import { submitPatch } from '../../../src/app/submit-patch.ts';
import { giveBackWorkspace, takeWorkspace } from '../../../src/app/take-workspace.ts';
import { GhostError } from '../../../src/core/errors.ts';
import { isOver, type Patch } from '../../../src/core/patch/patch.ts';
import { seeded } from '../../conformance/random.ts';
import { HandClock } from '../clock.ts';
import type { Acknowledged } from '../history/line-history.ts';
import { readLineHistory } from '../history/read-line-history.ts';
import { violationsIn } from '../history/violations.ts';
import { openWorld } from '../needs.ts';
import { type Move, Others } from './others.ts';
import { passingSandbox } from './passing-sandbox.ts';

export interface MovingRun {
  readonly seed: number;
  /** How often each move was made. */
  readonly moves: Readonly<Partial<Record<Move, number>>>;
  /** How many patches ended in each state. */
  readonly ends: Readonly<Record<string, number>>;
  /** How often what came to light. */
  readonly seen: Readonly<Record<string, number>>;
  /** In sentences; none means that all held. */
  readonly violations: readonly string[];
}

const TTL_MS = 60_000;
const WAITING = 2;
/** Chance of a move at each step of a landing, and before each holding. */
const MOVE_CHANCE = 0.16;
/** A line that has not come to rest by then never will. */
const LAST_ROUNDS = 60;

/**
 * Lands patches through the product's own use cases on a remote that moves under them, `moves` times in random ways,
 * then lets everything come to rest and holds ledger, branch and what others pushed against each other.
 */
export async function runMovingRemote(seed: number, moves: number): Promise<MovingRun> {
  const run = await MovingLine.open(seed, moves);
  try {
    return await run.toItsEnd();
  } finally {
    await run.close();
  }
}

class MovingLine {
  readonly #seed: number;
  readonly #random: () => number;
  readonly #others: Others;
  readonly #needs: Needs;
  readonly #clock: HandClock;
  readonly #world: { close(): Promise<void> };
  readonly #moves = new Map<Move, number>();
  readonly #seen = new Map<string, number>();
  readonly #acknowledged: Acknowledged[] = [];
  #left: number;

  static async open(seed: number, moves: number): Promise<MovingLine> {
    const random = seeded(seed);
    const limits = { lookMs: 30_000, transferMs: 30_000, copyMs: 30_000 };
    const others = new Others(random, limits);
    const clock = new HandClock();
    const world = await openWorld({ clock, sandbox: passingSandbox() });
    const scratch = join(world.directory, 'scratch');
    const repositories = gitRepositories({ installation: 'ours', scratch, networkLimits: limits });
    const needs = { ...world.needs, repositories };
    const remote = {
      url: others.url,
      writers: 'others',
      credentials: null,
      progress: () => undefined,
    } as const;
    await addWorkspace(needs, {
      ...{ name: 'main', repo: others.url, branch: 'main', remote },
      ...{ checks: [], actor: 'test', adopt: false },
    });
    return new MovingLine({ seed, random, others, needs, clock, world, moves });
  }

  private constructor(parts: {
    readonly seed: number;
    readonly random: () => number;
    readonly others: Others;
    readonly needs: Needs;
    readonly clock: HandClock;
    readonly world: { close(): Promise<void> };
    readonly moves: number;
  }) {
    this.#seed = parts.seed;
    this.#random = parts.random;
    this.#others = parts.others;
    this.#needs = parts.needs;
    this.#clock = parts.clock;
    this.#world = parts.world;
    this.#left = parts.moves;
  }

  close(): Promise<void> {
    return this.#world.close();
  }

  async toItsEnd(): Promise<MovingRun> {
    while (this.#left > 0) {
      await this.#submit();
      this.#perhapsMove();
      await this.#holdOnce();
    }
    let rounds = 0;
    while ((await this.#inLine()).length > 0 && rounds < LAST_ROUNDS) {
      rounds += 1;
      await this.#holdOnce();
    }
    // What had landed may have been rewritten away meanwhile: that has to have been noticed before anybody judges.
    await this.#holdOnce();
    await this.#holdOnce();
    const patches = await this.#patches();
    const ends = patches.map(({ state }) =>
      'reason' in state ? `${state.name} ${state.reason}` : state.name,
    );
    return {
      seed: this.#seed,
      moves: Object.fromEntries(this.#moves),
      ends: counted(ends),
      seen: Object.fromEntries(this.#seen),
      violations: await this.#violations(patches),
    };
  }

  async #submit(): Promise<void> {
    for (let waiting = (await this.#inLine()).length; waiting < WAITING; waiting += 1) {
      const number = this.#acknowledged.length;
      const name = `patch-${number}.txt`;
      const text = `--- /dev/null\n+++ b/${name}\n@@ -0,0 +1 @@\n+number ${number}\n`;
      const { patch } = await submitPatch(this.#needs, {
        ...{ workspace: 'main', body: Buffer.from(text), format: null, title: null, author: 'test' },
        ...{ origin: 'http', idempotencyKey: null, force: false },
      });
      this.#acknowledged.push({ id: patch.id, key: null, digest: patch.digest });
    }
  }

  /** One time of holding the line, as a lane does it, to its end or to the trouble that ends it. */
  async #holdOnce(): Promise<void> {
    this.#clock.advance(TTL_MS + 1);
    await this.#operate();
    try {
      this.#note(await this.#hold());
    } catch (error) {
      if (!(error instanceof GhostError)) throw error;
      this.#note(error.code);
    } finally {
      if (this.#random() < 0.6 || this.#left <= 0) this.#others.rest();
    }
  }

  async #hold(): Promise<string> {
    const { workspaces, repositories } = this.#needs;
    const workspace = await workspaces.find('main');
    assert(workspace !== null);
    if (workspace.paused !== null) return 'paused';
    const open = await repositories.open(workspace);
    try {
      const taken = await takeWorkspace(this.#needs, {
        ...{ workspace, open, owner: 'runner', ttlMs: TTL_MS, adopt: false },
        observe: () => this.#perhapsMove(),
        signal: new AbortController().signal,
      });
      if (taken.kind !== 'taken') return taken.kind;
      const { holding } = taken;
      // A holder that dies gives nothing back; its successor has to end its writer.
      const dies = this.#left > 0 && this.#random() < 0.2;
      try {
        const recovered = await recoverWorkspace(this.#needs, holding, { branch: 'kept' });
        if (recovered.kind === 'broken') return await this.#stopTheLine(recovered.problem);
        if (recovered.kind !== 'recovered') return recovered.kind;
        return await this.#land(holding);
      } finally {
        if (!dies) await giveBackWorkspace(this.#needs, holding);
      }
    } finally {
      await open.repository.close();
    }
  }

  async #land(holding: Parameters<typeof landNextPatch>[1]): Promise<string> {
    for (;;) {
      const rules = { cooldownMs: 0, waived: null, branch: 'kept' } as const;
      const next = await landNextPatch(this.#needs, holding, rules);
      if (next.kind === 'broken') return this.#stopTheLine(next.problem);
      if (next.kind === 'waiting') this.#clock.advance(Math.max(0, next.until - this.#clock.now()));
      else if (next.kind !== 'moved') return next.kind;
      if (this.#random() < 0.1) return 'given back';
    }
  }

  async #stopTheLine(problem: string): Promise<string> {
    await this.#needs.workspaces.pause('main', problem, 'runner', this.#clock.now());
    return 'line stopped';
  }

  /** Somebody looks at a line that stands still: takes the branch as it is, or lets it go on. */
  async #operate(): Promise<void> {
    const workspace = await this.#needs.workspaces.find('main');
    if (workspace?.paused == null || this.#random() < 0.2) return;
    try {
      await acceptTip(this.#needs, { name: 'main', reason: 'as it is', tip: null, actor: 'operator' });
    } catch (error) {
      if (!(error instanceof GhostError)) throw error;
      this.#note(`not accepted: ${error.code}`);
      await resumeWorkspace(this.#needs, { name: 'main', actor: 'operator' });
    }
  }

  #perhapsMove(): void {
    if (this.#left <= 0 || this.#random() >= MOVE_CHANCE) return;
    this.#left -= 1;
    const move = this.#others.move();
    this.#moves.set(move, (this.#moves.get(move) ?? 0) + 1);
  }

  #note(what: string): void {
    this.#seen.set(what, (this.#seen.get(what) ?? 0) + 1);
  }

  async #patches(): Promise<readonly Patch[]> {
    return this.#needs.ledger.list({ workspace: 'main', limit: 10_000 });
  }

  async #inLine(): Promise<readonly Patch[]> {
    return (await this.#patches()).filter(({ state }) => !isOver(state));
  }

  async #violations(patches: readonly Patch[]): Promise<readonly string[]> {
    const waiting = patches
      .filter(({ state }) => !isOver(state))
      .map(({ id, state }) => `${id} is ${state.name}`);
    const history = await readLineHistory(this.#needs, 'main', this.#acknowledged);
    const judged = violationsIn(history).map(({ guarantee, problem }) => `${guarantee}: ${problem}`);
    return [...judged, ...waiting, ...this.#forced(), ...this.#lost()];
  }

  /** Moves of Ghost's that left something behind. */
  #forced(): string[] {
    const own = this.#others.history().filter(({ by }) => by === 'ghost');
    const forced = own.filter(({ from, to }) => !this.#others.isAncestor(from, to));
    return forced.map(({ from, to }) => `the branch was forced from ${from} to ${to}`);
  }

  #lost(): string[] {
    const tip = this.#others.tip();
    const gone = [...this.#others.kept].filter((commit) => !this.#others.isAncestor(commit, tip));
    return gone.map((commit) => `${commit}, which others pushed, is lost`);
  }
}

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
