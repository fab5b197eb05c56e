import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';

/** The lines from the one that begins at `accepted --->` to the one that ends the drawing, without margins. */
function drawingIn(file: string): string[] {
  const lines = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, '').trim())
    .filter((line) => line !== '');
  const first = lines.findIndex((line) => line.startsWith('accepted --->'));
  const last = lines.findIndex((line) => line.startsWith('cancelled: from'));
  assert.ok(first >= 0 && last > first, `${file} has the drawing`);
  return lines.slice(first, last + 1).map((line) => line.replace(/\s+/g, ' '));
}

it('ARCHITECTURE.md draws the life of a patch as transition.ts does', () => {
  assert.deepEqual(drawingIn('ARCHITECTURE.md'), drawingIn('src/core/patch/transition.ts'));
});
