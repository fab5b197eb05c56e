import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOutput } from '../../../src/core/gate/output-digest.ts';

describe('digestOutput', () => {
  it('shows the last lines, with controls made visible', () => {
    const text = `${'first line\n'.repeat(1000)}\u001b[31mred \u202e\n\ttab é\r\nlast\n`;
    const { tail } = digestOutput(Buffer.from(text), false);
    assert.ok(tail.endsWith('\\u{1b}[31mred \\u{202e}\n\ttab é\nlast\n'), tail.slice(-60));
    assert.ok(tail.startsWith('first line\n') && Buffer.byteLength(tail) <= 4096);
  });

  it('keeps the tail within 4 KiB of valid UTF-8 for any bytes', () => {
    for (const byte of [0, 0x1b, 0x80, 0xc3, 0xff, 0x41]) {
      const output = Buffer.alloc(10_000, byte);
      const { tail } = digestOutput(output, true);
      assert.ok(Buffer.byteLength(tail) <= 4096 && tail.length > 1000, `byte ${byte}: ${tail.length}`);
      assert.ok(tail.isWellFormed());
    }
  });
});
