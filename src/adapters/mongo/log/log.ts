import { systemClock } from '../../../platform/clock.ts';
import type { Mongo } from '../connection.ts';
import { NO_TIP, type Tip } from '../decide/view.ts';
import { unavailable } from '../problems.ts';
import { apply } from './apply.ts';
import { type Decision, decisionIn, tipOf } from './decision.ts';
import { dropParts, gathered } from './parts.ts';

/** So many numbers are asked for at once; numbers have no gaps, so that they can be asked for by name. */
const LOOK_AHEAD = 16;
/** Every so many decisions it is written down that all before are applied. A process that starts reads on from there. */
const MARK_EVERY = 64;
/** Whoever made a decision is applying it, as a rule: that much time it has before others help. */
const GRACE = { looks: 4, everyMs: 5 } as const;

/** What this process knows of the log of decisions. */
export class Log {
  readonly #mongo: Mongo;
  #tip: Tip = NO_TIP;
  #turn: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | null = null;
  readonly #trims = new Set<Promise<void>>();
  /** The decision that moved a workspace last; of workspaces that are not in it, the one before which nothing was followed. */
  readonly #moved = new Map<string, number>();
  #followedFrom = 0;

  constructor(mongo: Mongo) {
    this.#mongo = mongo;
  }

  /** The newest decision that is known; it and all before it are applied. */
  get tip(): Tip {
    return this.#tip;
  }

  /** The last decision that may have moved a patch of this workspace; new ones do not count. */
  moved(workspace: string): number {
    return this.#moved.get(workspace) ?? this.#followedFrom;
  }

  /**
   * Finishes what was decided before this call, by whoever it was. All who ask while one look is under way share the next.
   * @throws GhostError ledger_unavailable
   */
  settled(): Promise<void> {
    this.#next ??= this.#inTurn(async () => {
      this.#next = null;
      await this.#catchUp();
    }).catch((error) => {
      throw unavailable(error);
    });
    return this.#next;
  }

  /** Applies a decision of this process, if nobody was quicker. */
  finish(decision: Decision): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#tip.n + 1 === decision._id) await this.#apply(decision);
      else if (this.#tip.n < decision._id) await this.#catchUp();
    });
  }

  /** Resolves when nothing of it is under way. */
  async idle(): Promise<void> {
    await this.#turn.catch(() => undefined);
    await Promise.all(this.#trims);
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(run, run);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #catchUp(): Promise<void> {
    if (this.#tip.n === 0) await this.#startFromMark();
    for (;;) {
      const found = await this.#read(numbersAfter(this.#tip.n, LOOK_AHEAD));
      for (const decision of found) await this.#follow(decision);
      if (found.length < LOOK_AHEAD) return;
      await this.#startFromMark();
    }
  }

  /** One that lags far behind does not read all that it missed. */
  async #startFromMark(): Promise<void> {
    const mark = await this.#mongo.meta.findOne({ _id: 'applied' }, this.#mongo.strict.read);
    const n = mark?.n ?? 0;
    if (n <= this.#tip.n) return;
    const [decision] = await this.#read([n]);
    if (decision === undefined || decision._id <= this.#tip.n) return;
    this.#tip = tipOf(decision);
    this.#moved.clear();
    this.#followedFrom = decision._id;
  }

  async #follow(decision: Decision): Promise<void> {
    let seen: Decision | undefined = decision;
    for (let look = 0; look < GRACE.looks && seen?.redo !== undefined; look++) {
      await systemClock.sleep(GRACE.everyMs);
      [seen] = await this.#read([decision._id]);
    }
    await this.#apply(seen ?? decision);
  }

  async #apply(decision: Decision): Promise<void> {
    const whole = await gathered(this.#mongo, decision);
    if (whole?.redo !== undefined) {
      const how = await apply(this.#mongo, whole);
      const trimmed = this.#trim(decision);
      if (how === 'beside another') await trimmed;
    }
    this.#tip = tipOf(decision);
    for (const workspace of decision.moves) this.#moved.set(workspace, decision._id);
  }

  /** Where it fails, the next one who reads it applies it again, which changes nothing, and trims it. */
  #trim(decision: Decision): Promise<void> {
    const trimmed = this.#trimNow(decision);
    const settled = trimmed.catch(() => undefined).then(() => void this.#trims.delete(settled));
    this.#trims.add(settled);
    return trimmed;
  }

  async #trimNow(decision: Decision): Promise<void> {
    const { decisions, meta, strict } = this.#mongo;
    const { _id: n } = decision;
    await decisions.updateOne({ _id: n }, { $unset: { redo: '' } }, strict.write);
    await dropParts(this.#mongo, decision);
    if (n % MARK_EVERY > 0) return;
    await meta.updateOne({ _id: 'applied' }, { $max: { n } }, { ...strict.write, upsert: true });
  }

  async #read(numbers: readonly number[]): Promise<readonly Decision[]> {
    const { decisions, strict } = this.#mongo;
    const found = await decisions
      .find({ _id: { $in: [...numbers] } }, strict.read)
      .hint('_id_')
      .toArray();
    const sorted = found.toSorted((a, b) => a._id - b._id);
    const first = numbers[0] ?? 0;
    // Read while others decide, a number may be missing below one that is there: what is above it waits.
    return sorted.filter(({ _id }, at) => _id === first + at).map(decisionIn);
  }
}

function numbersAfter(n: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => n + 1 + at);
}
