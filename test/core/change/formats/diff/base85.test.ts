import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeBase85Line } from '../../../../../src/core/change/formats/diff/base85.ts';

function decoded(line: string): string | null {
  const bytes = decodeBase85Line(line);
  return bytes === null ? null : Buffer.from(bytes).toString('hex');
}

describe("a line in git's base 85", () => {
  it('is a letter for the length and five digits for four bytes', () => {
    assert.equal(decoded('A00000'), '00');
    assert.equal(decoded('D00000'), '00000000');
    assert.equal(decoded('D|NsC0'), 'ffffffff');
    assert.equal(decoded('HcmV?d00001'), '7801030000000001');
  });

  it('is refused with a wrong length, a foreign character, or a group beyond four bytes', () => {
    for (const line of ['', 'A', 'A0000', 'A000000', '100000', 'D0000"', 'D|NsC1', 'D~~~~~', 'z00000'])
      assert.equal(decoded(line), null, line);
  });
});
