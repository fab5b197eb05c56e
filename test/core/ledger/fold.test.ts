import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Entry, sealEntry } from '../../../src/core/ledger/entry.ts';
import { differences, foldPatch } from '../../../src/core/ledger/fold.ts';
import { acceptedEntry, stepEntry } from '../../../src/core/ledger/patch-entry.ts';
import type { Patch } from '../../../src/core/patch/patch.ts';
import { advance } from '../../../src/core/patch/transition.ts';
import { anyEvent, seeded } from '../../conformance/random.ts';
import { aPatch } from '../../world/patches.ts';

/** A life of at most 40 events, with the entries that tell it. */
function aLife(seed: number): { readonly patch: Patch; readonly entries: readonly Entry[] } {
  const random = seeded(seed);
  let patch = aPatch();
  const entries = [sealEntry(acceptedEntry(patch, 'again'), null)];
  for (let at = 2_000; at < 42_000; at += 1_000) {
    const event = anyEvent(patch, random);
    if (event === null) break;
    patch = advance(patch, event, at);
    entries.push(sealEntry(stepEntry({ after: patch, event, at, actor: 'ada' }), entries.at(-1) ?? null));
  }
  return { patch, entries };
}

describe('folding the entries of a patch', () => {
  for (const seed of [1, 2, 3, 20_261_122])
    it(`gives back the patch that they tell of (seed ${seed})`, () => {
      for (let n = 0; n < 100; n++) {
        const { patch, entries } = aLife(seed * 1_000 + n);
        const folded = foldPatch(entries);
        assert.deepEqual(folded, { kind: 'folded', patch });
        assert.deepEqual(differences(patch, folded.patch), []);
      }
    });

  it('tells where they cannot be followed', () => {
    const { entries } = aLife(7);
    const [first, second] = entries;
    assert.ok(first && second);
    assert.match(JSON.stringify(foldPatch([])), /begins with nothing/);
    assert.match(JSON.stringify(foldPatch([second])), /begins with patch\./);
    const landed = { ...second, type: 'patch.landed' };
    assert.match(JSON.stringify(foldPatch([first, landed])), /at entry 2: landed cannot happen/);
    const unknown = { ...second, type: 'patch.vanished' };
    assert.match(JSON.stringify(foldPatch([first, unknown])), /at entry 2: /);
  });

  it('names each member that differs, in short', () => {
    const patch = aPatch();
    const stored = {
      ...patch,
      title: 'x'.repeat(1_000),
      state: { name: 'cancelled' as const, by: 'nobody' },
    };
    const found = differences(stored, patch);
    assert.deepEqual(
      found.map((difference) => difference.split(' ')[0]),
      ['title', 'state.name', 'state.by', 'state.notBefore', 'state.spent'],
    );
    assert.ok(found.every((difference) => difference.length < 400));
  });
});
