import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blobIdOf } from '../../../../src/core/blob-id.ts';
import { applyBinary } from '../../../../src/core/change/apply/binary.ts';
import type { BinaryContent } from '../../../../src/core/change/change.ts';

const OLD = Buffer.from('\0old');
const NEW = Buffer.from('\0new and longer');

function literal(digits: number): BinaryContent {
  const like = '0'.repeat(digits);
  return {
    ...{ form: 'literal', data: NEW.toString('latin1') },
    ...{ oldBlob: blobIdOf(OLD, like), newBlob: blobIdOf(NEW, like) },
  };
}

describe('binary content on the bytes that stand there', () => {
  for (const [digits, format] of [
    [40, 'SHA-1'],
    [64, 'SHA-256'],
  ] as const) {
    it(`is taken with ids of a ${format} repository, and only on the bytes of the old one`, () => {
      const content = literal(digits);
      const made = applyBinary(content, OLD);
      assert.deepEqual(made.kind === 'bytes' ? Buffer.from(made.bytes) : made.why, NEW);
      assert.equal(applyBinary(content, NEW).kind, 'refused');
    });
  }

  it('is refused without both ids, with a false one, and with a delta that does not fit', () => {
    const content = literal(40);
    for (const wrong of [
      { ...content, oldBlob: null },
      { ...content, newBlob: null },
      { ...content, newBlob: content.oldBlob },
      { ...content, form: 'delta', data: '\x05\x01\x90\x01' } as const,
    ]) {
      assert.equal(applyBinary(wrong, OLD).kind, 'refused', JSON.stringify(wrong));
    }
  });
});
