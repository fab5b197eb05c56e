import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseChange } from '../../src/core/change/parse.ts';

/** Blocks written in earnest for the old runner; beside the checkout where they exist, never part of it. */
const BLOCKS = new URL('../../../shared/cases/ghost-blocks', import.meta.url);
const skip = existsSync(BLOCKS) ? false : 'SKIPPED 1: the old blocks are not beside this checkout';

test('every old block is read, or refused with faults that name the field and what to do', { skip }, (t) => {
  const counts = { read: 0, refused: 0 };
  const names = readdirSync(BLOCKS).filter((name) => name.endsWith('.json'));
  assert.ok(names.length > 10);
  for (const name of names) {
    const parsed = parseChange(readFileSync(new URL(name, BLOCKS)), { format: null });
    counts[parsed.kind === 'change' ? 'read' : 'refused']++;
    if (parsed.kind === 'change') continue;
    for (const fault of parsed.faults) {
      assert.match(fault.message, /Field \w|absolute/, name);
      assert.notEqual(fault.hint, '');
    }
  }
  t.diagnostic(`${counts.read} read, ${counts.refused} refused`);
  assert.ok(counts.read >= 5 && counts.refused >= 5);
});
