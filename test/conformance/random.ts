import type { FencingToken } from '../../src/core/lease/lease.ts';
import type { Patch } from '../../src/core/patch/patch.ts';
import { mayHappen, type PatchEvent } from '../../src/core/patch/transition.ts';
import { COMMIT, cancelled, claimed, failed, givenIntent, held, rejected, released, TREE } from './given.ts';

/** Numbers in [0, 1) from a seed: mulberry32, 32 bits of state. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function pick<T>(items: readonly T[], random: () => number): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

const readBack = { commit: givenIntent().commit, tree: TREE };

const EVENTS: readonly PatchEvent[] = [
  { type: 'deferred', notBefore: 1_760_000_009_000 },
  held,
  released,
  claimed,
  { type: 'checked', tree: TREE, gate: 'f'.repeat(64), verdicts: [], fits: [] },
  { type: 'intended', intent: givenIntent() },
  { type: 'outpaced', tip: COMMIT },
  { type: 'landed', readBack },
  { type: 'followed', worktree: 'behind' },
  { type: 'taken_off', by: 'eve', reason: 'squashed by hand' },
  rejected,
  { type: 'retried', reason: 'check_error', detail: 'no answer', notBefore: 1_760_000_009_000 },
  { type: 'rescued', from: 1 as FencingToken },
  failed,
  cancelled,
];

/** An event that may happen to the patch, or null when its life is over. */
export function anyEvent(patch: Patch, random: () => number): PatchEvent | null {
  const possible = EVENTS.filter(({ type }) => mayHappen(type, patch.state));
  if (possible.length === 0) return null;
  const event = pick(possible, random);
  // A landing number is given once.
  return event.type === 'intended' ? { ...event, intent: givenIntent(patch.seq) } : event;
}
