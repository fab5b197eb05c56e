import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KeptOutput } from '../../../src/adapters/sandbox/kept-output.ts';

describe('KeptOutput', () => {
  it('keeps everything up to the cap, however it is cut', () => {
    for (const size of [1, 3, 7, 100]) {
      const { kept, text } = filled(100, 100, size);
      assert.equal(Buffer.from(kept.bytes()).toString(), text);
      assert.equal(kept.truncated, false);
    }
  });

  it('keeps the first quarter and the last three, however it is cut', () => {
    for (const size of [1, 3, 7, 64, 99, 1000]) {
      for (const length of [101, 150, 175, 176, 999, 1000]) {
        const { kept, text } = filled(100, length, size);
        const expected = `${text.slice(0, 25)}\n[... ${length - 100} bytes left out ...]\n${text.slice(-75)}`;
        assert.equal(Buffer.from(kept.bytes()).toString(), expected, `${length} bytes in pieces of ${size}`);
        assert.equal(kept.truncated, true);
      }
    }
  });

  it('keeps nothing when nothing may be kept', () => {
    const kept = new KeptOutput(0);
    kept.add(Buffer.from('abc'));
    assert.match(Buffer.from(kept.bytes()).toString(), /^\n\[\.\.\. 3 bytes left out \.\.\.\]\n$/);
  });
});

function filled(cap: number, length: number, size: number) {
  const text = Array.from({ length }, (_, index) => String.fromCharCode(97 + (index % 26))).join('');
  const kept = new KeptOutput(cap);
  for (let at = 0; at < length; at += size) kept.add(Buffer.from(text.slice(at, at + size)));
  return { kept, text };
}
