import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readGateFile } from '../../../../src/core/gate/gate-file.ts';
import type { VisualTask } from '../../../../src/core/gate/tasks/visual.ts';
import { judgePages, type PageOutcome, visualFacts } from '../../../../src/core/gate/tasks/visual-outcome.ts';

const HOME = { name: 'home', path: '/' };

describe('a visual check in a gate file', () => {
  it('has what it does not say', () => {
    assert.deepEqual(taskOf({ pages: [HOME] }), {
      kind: 'visual',
      prepare: null,
      folder: '',
      pages: [{ ...HOME, width: 1280, height: 800, masks: [] }],
      threshold: 0.05,
      maxShare: 0,
    });
  });

  const REFUSED: readonly (readonly [problem: string, said: object, says: RegExp])[] = [
    ['no pages', {}, /pages: expected a list, got nothing/],
    ['an empty list of pages', { pages: [] }, /pages: expected pages to look at/],
    ['a page twice', { pages: [HOME, HOME] }, /pages\[1\]\.name: `home` is the name of .*pages\[0\] too/],
    ['a page elsewhere', { pages: [{ name: 'a', path: 'http://x/' }] }, /pages\[0\]\.path: .* is no path/],
    ['a page of another host', { pages: [{ name: 'a', path: '//x/' }] }, /is no path of a page/],
    ['half a pixel', { pages: [{ ...HOME, width: 100.5 }] }, /width: expected a whole number of pixels/],
    ['a slip', { pages: [{ ...HOME, mask: [] }] }, /unknown key `mask`; did you mean `masks`/],
    ['a folder outside', { pages: [HOME], folder: '../x' }, /folder: `..\/x` leaves the tree/],
    ['a share in percent', { pages: [HOME], maxShare: 5 }, /maxShare: expected a number from 0 to 1/],
  ];
  for (const [problem, said, says] of REFUSED)
    it(`is refused with ${problem}`, () => assert.throws(() => taskOf(said), says));
});

describe('judgePages', () => {
  const task = taskOf({ pages: [HOME], maxShare: 0.01 });
  const compared = (share: number): PageOutcome => {
    const size = { width: 100, height: 100 };
    return { name: 'home', kind: 'compared', ...size, changedPixels: share * 10_000, share };
  };

  it('passes what changed no more than it may', () => {
    const detail = 'of 1 looked at, no page changed more than it may';
    assert.deepEqual(judgePages(task, [compared(0.01)], 'none'), { verdict: 'pass', detail });
  });

  it('asks an approver about more, and takes the answer', () => {
    const { detail, ...asked } = judgePages(task, [compared(0.02)], 'none');
    assert.deepEqual(asked, { verdict: 'fail', approval: 'needed' });
    assert.match(detail ?? '', /^home changed 2 % of its pixels \(200\), at most 1 % may; an approver may/);
    const { detail: _, ...given } = judgePages(task, [compared(0.02)], 'given');
    assert.deepEqual(given, { verdict: 'pass', approval: 'given' });
  });

  it('asks about pages that are new or gone, with which nothing can be compared', () => {
    for (const kind of ['new', 'gone'] as const)
      assert.equal(judgePages(task, [{ name: 'home', kind }], 'none').approval, 'needed');
  });

  it('lets nobody approve what was not seen', () => {
    const broken = { name: 'about', kind: 'broken', when: 'after', problem: 'Timeout' } as const;
    for (const unseen of [broken, { name: 'about', kind: 'unknown' } as const]) {
      const { detail, ...judged } = judgePages(task, [compared(0.5), unseen], 'given');
      assert.deepEqual(judged, { verdict: 'fail' });
      assert.match(detail ?? '', /about (?:could not be shown with the patch: Timeout|is in neither tree)/);
    }
  });

  it('tells one pixel of millions as more than none', () => {
    const one = { ...compared(0), share: 1 / 30_000_000, changedPixels: 1 };
    assert.match(judgePages(taskOf({ pages: [HOME] }), [one], 'none').detail ?? '', /changed 0\.0000033 %/);
    assert.match(JSON.stringify(visualFacts('Chromium 1', [one])), /"changedPpm":1/);
  });
});

function taskOf(said: object): VisualTask {
  const data = { checks: [{ name: 'pages', kind: 'visual', ...said }] };
  const [check] = readGateFile(data, { file: 'ghost.yml', source: 'workspace' });
  assert.ok(check?.task.kind === 'visual');
  return check.task;
}
