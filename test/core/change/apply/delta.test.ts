import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { applyDelta, deltaSizes } from '../../../../src/core/change/apply/delta.ts';
import { MAX_FILE_BYTES } from '../../../../src/core/change/limits.ts';
import { SEED } from '../arbitrary.ts';

const BASE = Buffer.from('0123456789');

/** Sizes below 128, then instructions. */
function delta(base: number, result: number, ...instructions: readonly number[]): Uint8Array {
  return Uint8Array.from([base, result, ...instructions]);
}

function whyNot(bytes: Uint8Array, base: Uint8Array = BASE): string {
  const outcome = applyDelta(base, bytes);
  return outcome.kind === 'broken' ? outcome.why : assert.fail('it was applied');
}

describe('a delta', () => {
  it('copies out of the base and inserts bytes of its own', () => {
    const outcome = applyDelta(BASE, delta(10, 6, 0x91, 2, 3, 2, 0x61, 0x62, 0x90, 1));
    assert.deepEqual(outcome, { kind: 'bytes', bytes: Buffer.from('234ab0') });
  });

  it('reads sizes of several bytes, and a copy without a size as 65536 bytes', () => {
    const base = Buffer.alloc(70_000, 'x');
    const outcome = applyDelta(base, Uint8Array.from([0xf0, 0xa2, 0x04, 0x80, 0x80, 0x04, 0x80]));
    assert.deepEqual(outcome, { kind: 'bytes', bytes: Buffer.alloc(65_536, 'x') });
  });

  it('is refused when it was made from other bytes', () => {
    assert.match(whyNot(delta(9, 1, 1, 0x61)), /file of 9 bytes, the file has 10/);
  });

  it('never reads outside of the base or of itself', () => {
    assert.match(whyNot(delta(10, 5, 0x91, 8, 5)), /up to byte 13/);
    assert.match(whyNot(delta(10, 5, 5, 0x61)), /inserted bytes/);
    assert.match(whyNot(delta(10, 5, 0x93, 1)), /copy instruction/);
    assert.match(whyNot(delta(10, 5, 0)), /future/);
    assert.match(whyNot(Uint8Array.from([0x80])), /sizes/);
  });

  it('never makes more or less than it announces, nor more than a file may have', () => {
    assert.match(whyNot(delta(10, 3, 0x90, 4)), /more than the 3 bytes/);
    assert.match(whyNot(delta(10, 5, 0x90, 4)), /makes 4 bytes and announces 5/);
    const sizes = [10, 0x81, 0x80, 0x80, 0x05];
    assert.equal(deltaSizes(Uint8Array.from(sizes))?.result, MAX_FILE_BYTES + 1);
    assert.match(whyNot(Uint8Array.from(sizes)), /expected at most/);
  });

  it(`of any bytes is applied or broken, and never throws (seed ${SEED})`, () => {
    const property = fc.property(fc.uint8Array({ maxLength: 40 }), (rest) => {
      const outcome = applyDelta(BASE, Uint8Array.from([10, ...rest]));
      if (outcome.kind === 'bytes')
        assert.equal(outcome.bytes.length, deltaSizes(Uint8Array.from([10, ...rest]))?.result);
    });
    fc.assert(property, { seed: SEED, numRuns: 5_000 });
  });
});
