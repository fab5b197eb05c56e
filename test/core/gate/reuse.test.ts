import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { earlierRunOf } from '../../../src/core/gate/base-run.ts';
import type { Check } from '../../../src/core/gate/check.ts';
import { isWhole, passesOf, reusedPass } from '../../../src/core/gate/reuse.ts';
import type { CommandTask } from '../../../src/core/gate/tasks/command.ts';
import type { Served, Verdict } from '../../../src/core/gate/verdict.ts';
import { aCheck } from '../../world/checks.ts';
import { aVerdict } from '../../world/verdicts.ts';

const SERVED = { patch: 'p_1', entry: 7, at: 2_000 } as unknown as Served;
const NOW = { at: 5_000, level: 3 } as const;
const DAY = 24 * 3_600_000;

function reused(verdict: Verdict, check: Check = aCheck('x'), now: Parameters<typeof reusedPass>[2] = NOW) {
  return reusedPass(check, passesOf({ verdicts: [verdict], served: SERVED }), now);
}

function asking(given: Partial<CommandTask>): Check {
  const check = aCheck('x');
  return { ...check, task: { ...check.task, ...given } };
}

describe('a pass that stands in the ledger', () => {
  it('counts again for the same check, and says where it stands', () => {
    assert.deepEqual(reused(aVerdict()), { verdict: aVerdict(), served: SERVED });
  });

  const others: readonly (readonly [string, Parameters<typeof reused>])[] = [
    ['that failed', [aVerdict({ verdict: 'fail' })]],
    ['that could not be run', [aVerdict({ verdict: 'error' })]],
    ['that passed at its second run', [aVerdict({ earlier: [earlierRunOf(aVerdict({ verdict: 'fail' }))] })]],
    ['that was served itself', [aVerdict({ served: SERVED })]],
    ['at another level of isolation', [aVerdict({ isolation: 2 })]],
    ['with other variables', [aVerdict({ environment: ['CI', 'TOKEN'] })]],
    ['of another name', [aVerdict({ check: 'other' })]],
    ['of another side', [aVerdict({ source: 'patch' })]],
    ['that ran without its packages', [aVerdict({ facts: { packages: { missing: 'no registry' } } })]],
    ['of yesterday', [aVerdict(), aCheck('x'), { at: 2_000 + DAY, level: 3 }]],
    ['of tomorrow', [aVerdict(), aCheck('x'), { at: 1_999, level: 3 }]],
    ['of a check with network', [aVerdict(), asking({ network: 'host' })]],
    ['of a check with secrets', [aVerdict(), asking({ secrets: ['TOKEN'] })]],
    ['of a check that sees one variable more', [aVerdict(), asking({ env: { MODE: 'fast' } })]],
  ];
  for (const [what, given] of others)
    it(`does not count for one ${what}`, () => assert.equal(reused(...given), null));

  it('does not count where another check of that gate did not pass', () => {
    const verdicts = [aVerdict(), aVerdict({ check: 'other', verdict: 'fail' })];
    assert.equal(reusedPass(aCheck('x'), passesOf({ verdicts, served: SERVED }), NOW), null);
  });

  it('is worth remembering only where all of it was run', () => {
    assert.equal(isWhole([aCheck('x')], [aVerdict()]), true);
    assert.equal(isWhole([aCheck('x')], [aVerdict(), aVerdict({ check: 'other', served: SERVED })]), false);
    assert.equal(isWhole([aCheck('x')], [aVerdict({ verdict: 'fail' })]), false);
    assert.equal(isWhole([asking({ network: 'host' })], [aVerdict()]), false);
  });
});
