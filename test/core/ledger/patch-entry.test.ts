import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Verdict } from '../../../src/core/gate/verdict.ts';
import { acceptedPatch } from '../../../src/core/ledger/acceptance.ts';
import { stepEntry, stepNews } from '../../../src/core/ledger/patch-entry.ts';
import type { Patch } from '../../../src/core/patch/patch.ts';
import { advance, type PatchEvent } from '../../../src/core/patch/transition.ts';
import { claimed, givenIntent, givenSubmission, landing, TREE } from '../../conformance/given.ts';

const patch = acceptedPatch(givenSubmission({ workspace: 'main' }), 7);

/** The step of the last event, after all the others. */
function lastOf(...events: readonly PatchEvent[]) {
  const steps: { after: Patch; event: PatchEvent }[] = [];
  for (const event of events) steps.push({ event, after: advance(steps.at(-1)?.after ?? patch, event, 1) });
  const last = steps.at(-1);
  if (!last) throw new Error('no event');
  return { ...last, at: 1, actor: 'runner-1' };
}

function givenVerdict(): Verdict {
  const output = { sha256: patch.digest, bytes: 9000, truncated: false, tail: 'a long output '.repeat(200) };
  const run = { argv: ['npm', 'test'], environment: ['TOKEN'], isolation: 2 as const, startedAt: 1 };
  const end = { durationMs: 12, exitCode: 0, signal: null, detail: null };
  return { check: 'test', verdict: 'pass', ...run, ...end, output };
}

describe('what is kept and what is told of a step', () => {
  it('keeps the whole event and tells which patch it was about', () => {
    const step = lastOf(claimed);
    const { type: _, ...data } = claimed;
    const { id, seq, title, author } = patch;
    const about = { patch: id, workspace: 'main', seq, title, author, state: 'checking' };
    assert.deepEqual(stepEntry(step), {
      chain: 'main',
      at: 1,
      actor: 'runner-1',
      type: 'patch.claimed',
      subject: id,
      data,
    });
    assert.deepEqual(stepNews(step), { ...about, ...data });
  });

  it('tells verdicts without what the checks printed', () => {
    const checked: PatchEvent = {
      type: 'checked',
      tree: TREE,
      gate: 'g',
      verdicts: [givenVerdict()],
      fits: [],
    };
    const news = JSON.stringify(stepNews(lastOf(claimed, checked)));
    assert.match(news, /"verdicts":\[\{"check":"test","verdict":"pass","durationMs":12\}\]/);
    assert.match(JSON.stringify(stepEntry(lastOf(claimed, checked))), /a long output/);
  });

  it('tells an intent and a landing with commit and landing number, without the paths', () => {
    const { commit, landingSeq } = givenIntent(3);
    for (const events of [landing(3), landing(3).slice(0, 2)]) {
      const news = JSON.stringify(stepNews(lastOf(...events)));
      assert.match(news, new RegExp(`"commit":"${commit}"`));
      assert.match(news, new RegExp(`"landingSeq":${landingSeq}`));
      assert.doesNotMatch(news, /src\/a\.ts/);
    }
  });

  it('tells at most 500 characters of a detail', () => {
    const failed: PatchEvent = { type: 'failed', reason: 'check_error', detail: 'x'.repeat(9000) };
    assert.match(JSON.stringify(stepNews(lastOf(claimed, failed))), /"detail":"x{500}"/);
  });
});
