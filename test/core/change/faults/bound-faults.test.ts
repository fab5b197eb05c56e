import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultOf } from '../../../../src/core/change/fault-of.ts';
import { boundFaults } from '../../../../src/core/change/faults/bound-faults.ts';

const words = { message: 'it does not fit', hint: 'look again' };

describe('the faults of one patch', () => {
  it('show no line that is longer than a reader would read', () => {
    const [fault] = boundFaults([{ ...faultOf('hunk_not_found', words), expected: ['x'.repeat(4_000_000)] }]);
    assert.equal(fault?.expected[0], `${'x'.repeat(400)} (3999600 more characters)`);
  });

  it('show no window that is longer than a screen or two, and say how much is left out', () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => `${index}`);
    const [fault] = boundFaults([
      { ...faultOf('hunk_not_found', words), closest: { firstLine: 1, lines, diff: lines } },
    ]);
    assert.equal(fault?.closest?.lines.length, 121);
    assert.equal(fault?.closest?.lines.at(-1), '(880 more lines)');
  });

  it('are all told, whatever they add up to', () => {
    const many = Array.from({ length: 100 }, () => ({
      ...faultOf('hunk_not_found', words),
      expected: Array.from({ length: 100 }, () => 'y'.repeat(300)),
    }));
    const bounded = boundFaults(many);
    assert.equal(bounded.length, 100);
    assert.ok(JSON.stringify(bounded).length < 128 * 1024);
    assert.equal(bounded.at(-1)?.message, 'it does not fit');
  });
});
