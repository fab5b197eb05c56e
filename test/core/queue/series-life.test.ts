import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { patchId } from '../../../src/core/patch/id.ts';
import { isOver, type Patch } from '../../../src/core/patch/patch.ts';
import { advance, mayHappen, type PatchEvent } from '../../../src/core/patch/transition.ts';
import { nextMove } from '../../../src/core/queue/next-move.ts';
import { turnInSeries } from '../../../src/core/queue/series-turn.ts';
import { cancelled, claimed, failed, held, landing, rejected, released } from '../../conformance/given.ts';
import { aPatch } from '../../world/patches.ts';

const RULES = { now: 1_000_000, cooldownMs: 0, paused: null };
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Patches of several texts in one line, in the order of acceptance; a text of one patch has no series. */
function aLine(lengths: readonly number[]): Patch[] {
  const ids = Array.from({ length: 32 }, (_, at) => patchId(`01JDB00000000000000000000${ALPHABET[at]}`));
  const line: Patch[] = [];
  for (const of of lengths) {
    const first = ids[line.length];
    for (let index = 1; index <= of; index++) {
      const id = ids[line.length];
      assert.ok(id && first);
      const series = of === 1 ? null : { first, index, of };
      line.push({ ...aPatch(), id, seq: line.length + 1, series });
    }
  }
  return line;
}

/** What chance decides: how an execution ends, and whom somebody cancels in between. */
type Chance = { readonly end: 'land' | 'reject' | 'fail' | 'hold'; readonly cancel: number | null };

const anyChance = fc.record<Chance>({
  end: fc.constantFrom('land', 'land', 'land', 'reject', 'fail', 'hold'),
  cancel: fc.option(fc.nat({ max: 31 }), { freq: 8 }),
});

const EVENTS: Readonly<Record<Chance['end'], readonly PatchEvent[]>> = {
  land: landing(1),
  reject: [claimed, rejected],
  fail: [claimed, failed],
  hold: [claimed, held],
};

class Life {
  readonly line: Patch[];
  constructor(line: Patch[]) {
    this.line = line;
  }

  happen(id: Patch['id'], ...events: readonly PatchEvent[]): void {
    const at = this.line.findIndex((patch) => patch.id === id);
    for (const event of events) {
      const before = this.line[at];
      assert.ok(before);
      this.line[at] = advance(before, event, 1);
    }
  }

  seriesOf({ series }: Patch): readonly Patch[] {
    return series === null ? [] : this.line.filter((one) => one.series?.first === series.first);
  }

  /** As a lane does: first the held ones, then the head. `isFree` says whether local edits are gone. */
  turn({ end }: Chance, isFree: boolean): void {
    for (const patch of this.line) this.happen(patch.id, ...this.#release(patch, isFree));
    const head = this.line.find(({ state }) => state.name === 'queued') ?? null;
    const series = head === null ? [] : this.seriesOf(head);
    const move = nextMove({ head, series, lastExecutedAt: null }, RULES);
    if (move.kind === 'stand-aside') this.happen(move.head.id, STAND_ASIDE);
    else if (move.kind === 'end') this.happen(move.head.id, { ...ENDED, brokenBy: move.brokenBy });
    else if (move.kind === 'claim') this.#claim(move.head, end);
    else assert.equal(move.kind, 'idle');
  }

  #claim(head: Patch, end: Chance['end']): void {
    const before = this.seriesOf(head).filter(({ seq }) => seq < head.seq);
    const inTurn = before.every(({ state }) => state.name === 'landed');
    assert.ok(inTurn, 'nobody is taken before those in front of it have landed');
    this.happen(head.id, ...EVENTS[end]);
  }

  #release(patch: Patch, isFree: boolean): readonly PatchEvent[] {
    if (patch.state.name !== 'held') return [];
    if (patch.state.reason === 'local_edits') return isFree ? [released] : [];
    const turn = turnInSeries(patch, this.seriesOf(patch));
    if (turn.kind === 'broken') return [{ ...ENDED, brokenBy: turn.by.id }];
    return turn.kind === 'free' ? [released] : [];
  }

  get isOver(): boolean {
    return this.line.every(({ state }) => isOver(state));
  }
}

const ENDED = { type: 'cancelled', by: 'runner' } as const;
const STAND_ASIDE = { type: 'held', reason: 'series_waits', paths: [] } as const;

function live(texts: readonly number[], chances: readonly Chance[]): Life {
  const life = new Life(aLine(texts));
  for (const [at, chance] of chances.entries()) {
    const victim = chance.cancel === null ? undefined : life.line[chance.cancel];
    if (victim && mayHappen('cancelled', victim.state)) life.happen(victim.id, cancelled);
    life.turn(chance, at % 3 === 0);
  }
  for (let turns = 0; !life.isOver; turns++) {
    assert.ok(turns < 200, 'somebody waits for ever');
    life.turn({ end: 'land', cancel: null }, true);
  }
  return life;
}

function assertEndedRight(life: Life, patch: Patch): void {
  const before = life.seriesOf(patch).filter(({ seq }) => seq < patch.seq);
  const broken = before.filter(({ state }) => state.name !== 'landed').map(({ id }) => id);
  if (broken.length > 0) assert.equal(patch.state.name, 'cancelled');
  if (patch.state.name !== 'cancelled' || patch.state.brokenBy === undefined) return;
  assert.ok(broken.includes(patch.state.brokenBy), 'it names one in front of it that did not land');
}

describe('the life of several series in one line', () => {
  it('takes nobody out of turn, leaves nobody waiting, and ends what broke, whatever happens', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 });
    const property = fc.property(lengths, fc.array(anyChance, { maxLength: 60 }), (texts, chances) => {
      const life = live(texts, chances);
      for (const patch of life.line) assertEndedRight(life, patch);
    });
    fc.assert(property, { seed: 20_261_122, numRuns: 3_000 });
  });
});
