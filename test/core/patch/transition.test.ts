import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../../src/core/digest.ts';
import type { CommitId, TreeId } from '../../../src/core/git.ts';
import type { FencingToken } from '../../../src/core/lease/lease.ts';
import {
  type Intent,
  isOver,
  NOTHING_SPENT,
  type Patch,
  type PatchState,
  STATES,
} from '../../../src/core/patch/patch.ts';
import { advance, mayHappen, type PatchEvent } from '../../../src/core/patch/transition.ts';
import { aPatch } from '../../world/patches.ts';

const token = 7 as FencingToken;
const commit = 'c'.repeat(40) as CommitId;
const tree = 't'.repeat(40) as TreeId;
const intent: Intent = { base: commit, tree, commit, token, landingSeq: 1, paths: [] };

const EVENTS: readonly PatchEvent[] = [
  { type: 'deferred', notBefore: 5 },
  { type: 'held', reason: 'local_edits', paths: [] },
  { type: 'released' },
  { type: 'approved', by: 'ann', base: commit, effect: sha256('effect') },
  { type: 'claimed', base: commit, token },
  { type: 'checked', tree, gate: 'g', verdicts: [], fits: [] },
  { type: 'intended', intent },
  { type: 'outpaced', tip: commit },
  { type: 'landed', readBack: { commit, tree } },
  { type: 'followed', worktree: 'followed' },
  { type: 'attested', bundle: sha256('bundle'), leaf: 0 },
  { type: 'watched', services: [], revert: { by: null } },
  { type: 'taken_off', by: 'eve', reason: 'squashed' },
  { type: 'rejected', reason: 'check_failed', faults: [] },
  { type: 'retried', reason: 'check_error', detail: 'd', notBefore: 9 },
  { type: 'rescued', from: token },
  { type: 'failed', reason: 'check_error', detail: 'd' },
  { type: 'cancelled', by: 'someone' },
];

const IN: Readonly<Record<PatchState['name'], PatchState>> = {
  queued: { name: 'queued', notBefore: null, spent: NOTHING_SPENT },
  held: { name: 'held', reason: 'local_edits', paths: [], spent: NOTHING_SPENT },
  checking: { name: 'checking', base: commit, token, spent: { errors: 1, rescues: 1 } },
  landing: { name: 'landing', intent, spent: { errors: 1, rescues: 1 } },
  landed: { name: 'landed', intent, worktree: null },
  rejected: { name: 'rejected', reason: 'check_failed', base: commit, faults: [] },
  failed: { name: 'failed', reason: 'check_error', detail: 'd' },
  cancelled: { name: 'cancelled', by: 'someone' },
};

/** The drawing at the top of transition.ts, written down a second time on purpose: from, event, to. */
const ARROWS = [
  'queued deferred queued',
  'queued held held',
  'checking held held',
  'held released queued',
  'queued approved queued',
  'held approved held',
  'queued rejected rejected',
  'held rejected rejected',
  'landed attested landed',
  'landed watched landed',
  'queued claimed checking',
  'checking checked checking',
  'checking intended landing',
  'landing outpaced queued',
  'landing landed landed',
  'landed followed landed',
  'landed taken_off landed',
  'checking rejected rejected',
  'checking retried queued',
  'checking rescued queued',
  'landing rescued queued',
  'landing retried queued',
  'checking failed failed',
  'landing failed failed',
  'queued cancelled cancelled',
  'held cancelled cancelled',
  'checking cancelled cancelled',
];

function inState(state: PatchState): Patch {
  return { ...aPatch(), state, version: 3 };
}

describe('a patch', () => {
  it('follows every arrow of the drawing and no other', () => {
    const followed = STATES.flatMap((name) =>
      EVENTS.filter((event) => mayHappen(event.type, IN[name])).map(
        (event) => `${name} ${event.type} ${advance(inState(IN[name]), event, 10).state.name}`,
      ),
    );
    assert.deepEqual(followed.sort(), [...ARROWS].sort());
  });

  it('refuses an event that cannot happen, naming both', () => {
    assert.throws(
      () => advance(inState(IN.landed), { type: 'cancelled', by: 'x' }, 1),
      /cancelled cannot happen to p_\w+, which is landed/,
    );
  });

  it('counts a version with every event', () => {
    assert.equal(advance(inState(IN.queued), { type: 'deferred', notBefore: 5 }, 1).version, 4);
  });

  it('leaves none of its ends, except that a work tree may still follow and a branch be taken without it', () => {
    const ends = STATES.filter((name) => isOver(IN[name]));
    assert.deepEqual(ends, ['landed', 'rejected', 'failed', 'cancelled']);
    for (const end of ends) {
      const possible = EVENTS.filter((event) => mayHappen(event.type, IN[end])).map(({ type }) => type);
      assert.deepEqual(possible, end === 'landed' ? ['followed', 'attested', 'watched', 'taken_off'] : []);
    }
  });

  it('starts the cooldown at the end of an execution that reached checking, and at nothing else', () => {
    const starts = EVENTS.filter(
      (event) =>
        mayHappen(event.type, IN.checking) && advance(inState(IN.checking), event, 10).executedAt === 10,
    );
    assert.deepEqual(starts.map(({ type }) => type).sort(), [
      'cancelled',
      'failed',
      'held',
      'rejected',
      'retried',
    ]);
    assert.equal(
      advance(inState(IN.landing), { type: 'landed', readBack: { commit, tree } }, 10).executedAt,
      10,
    );
    assert.equal(advance(inState(IN.queued), { type: 'cancelled', by: 'x' }, 10).executedAt, null);
  });

  it('counts errors and rescues apart, and keeps both counts while it is held', () => {
    const spent = (state: PatchState, event: PatchEvent) => {
      const after = advance(inState(state), event, 1).state;
      return 'spent' in after ? after.spent : null;
    };
    const retried = { type: 'retried', reason: 'check_error', detail: '', notBefore: 1 } as const;
    assert.deepEqual(spent(IN.checking, retried), { errors: 2, rescues: 1 });
    assert.deepEqual(spent(IN.checking, { type: 'rescued', from: token }), { errors: 1, rescues: 2 });
    const held = { type: 'held', reason: 'local_edits', paths: [] } as const;
    assert.deepEqual(spent(IN.checking, held), { errors: 1, rescues: 1 });
    assert.deepEqual(spent(IN.landing, { type: 'outpaced', tip: commit }), { errors: 1, rescues: 1 });
  });
});
