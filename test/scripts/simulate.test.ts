import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSimulateOptions } from '../../scripts/simulate/options.ts';
import { describeCampaign, describeFailure } from '../../scripts/simulate/words.ts';
import { NO_FAULTS, NOTHING, sum } from '../simulation/campaign/tally.ts';
import { MUTANTS } from '../simulation/mutants/mutants.ts';

const MUTANT = MUTANTS[0]?.name ?? '';

describe('npm run simulate', () => {
  it('reads what it is asked', () => {
    const { act, seeds, from } = readSimulateOptions(['--seeds', '20', '--from', '7']);
    assert.deepEqual([act, seeds, from], ['campaign', 20, 7]);
    const one = readSimulateOptions(['--seed', '4711', '--only', '3,9', '--mutant', MUTANT]);
    assert.deepEqual(
      [one.act, one.seed, [...(one.only ?? [])], one.mutant],
      ['replay', 4711, [3, 9], MUTANT],
    );
    assert.equal(readSimulateOptions(['--seed', '1', '--only', '']).only?.size, 0);
    assert.equal(readSimulateOptions(['--mutants']).act, 'mutants');
    assert.throws(
      () => readSimulateOptions(['--seeds', 'many']),
      /--seeds "many": expected a whole number from 1 on/,
    );
    assert.throws(() => readSimulateOptions(['--seeds', '0']), /--seeds "0"/);
    assert.throws(() => readSimulateOptions(['--mutant', 'nope']), /--mutant "nope": expected one of no-/);
    assert.throws(() => readSimulateOptions(['--only', '3']), /--seed beside it/);
    assert.throws(() => readSimulateOptions(['--sed', '1']), /--sed/);
  });

  it('adds up what its threads did, point by point', () => {
    const one = { ...NOTHING, schedules: 1, points: { a: { ...NO_FAULTS, kill: 2 } } };
    const other = {
      ...NOTHING,
      schedules: 2,
      points: { a: { ...NO_FAULTS, kill: 1 }, b: { ...NO_FAULTS, stop: 3 } },
    };
    const told = describeCampaign(sum(one, other), { tookMs: 1_000 });
    assert.match(told, /^a +3 +0 +0 +0 +0$/m);
    assert.match(told, /^b +0 +3 +0 +0 +0$/m);
    assert.match(told, /^6 faults: 3 kill, 3 stop, 0 fail/m);
    assert.match(told, /^1\.0 s: 3 schedules\/s, 6 faults\/s$/m);
  });

  it('says in one line how a failure is seen again', () => {
    const told = describeFailure(
      { seed: 4711, faults: [1, 2, 3], wrong: ['G2 exactly once: twice'] },
      [2],
      null,
    );
    assert.match(told, /^ {2}npm run simulate -- --seed 4711$/m);
    assert.match(told, /shrunk to 1 faults: npm run simulate -- --seed 4711 --only '2'$/m);
  });
});
