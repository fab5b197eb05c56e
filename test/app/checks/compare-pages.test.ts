import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { runCheck } from '../../../src/app/checks/run-check.ts';
import type { Needs } from '../../../src/app/needs.ts';
import { readGateFile } from '../../../src/core/gate/gate-file.ts';
import type { Verdict } from '../../../src/core/gate/verdict.ts';
import { BROWSER_MISSING, theCamera } from '../../world/camera.ts';
import { candidateOf } from '../../world/candidate.ts';
import { aRepository } from '../../world/git.ts';
import { lineFor } from '../../world/line.ts';

const PAGE = `<!doctype html><title>Shop</title><style>body{margin:20px;font:16px sans-serif}</style>
<h1>Shop</h1><p id="clock"></p><button style="margin-left:40px">Buy</button>
<script>document.getElementById('clock').textContent = Math.random();</script>
`;
const HOME = { name: 'home', path: '/', width: 400, height: 300, masks: ['#clock'] };

describe('comparePages', { skip: BROWSER_MISSING }, () => {
  it('finds a border of one pixel, and leaves the three pictures and the share', async (t) => {
    const bordered = PAGE.replace('<button style="', '<button style="outline:1px solid #ddd;');
    const { line, verdict } = await seen(t, { 'index.html': bordered });
    assert.equal(verdict.verdict, 'fail', verdict.detail ?? '');
    assert.equal(verdict.approval, 'needed');
    const [home] = pagesIn(verdict);
    assert.ok(home && home.changedPixels > 20 && home.changedPixels < 500, JSON.stringify(home));
    const names = verdict.artifacts?.map(({ name }) => name);
    assert.deepEqual(names, ['home-before.png', 'home-after.png', 'home-difference.png']);
    for (const { sha256, bytes } of verdict.artifacts ?? [])
      assert.equal((await line.needs.outputs.read(sha256))?.length, bytes);
  });

  it('finds a button that was moved by one pixel, which an approver may accept', async (t) => {
    const moved = { 'index.html': PAGE.replace('40px', '41px') };
    assert.equal((await seen(t, moved)).verdict.approval, 'needed');
    const accepted = (await seen(t, moved, { approval: 'given' })).verdict;
    assert.deepEqual([accepted.verdict, accepted.approval], ['pass', 'given']);
  });

  it('ignores a masked clock, and sees the same in twenty pictures of a page', async (t) => {
    const pages = Array.from({ length: 20 }, (_, index) => ({ ...HOME, name: `page-${index}` }));
    const { verdict } = await seen(t, { 'notes.txt': 'nothing to see\n' }, { pages });
    assert.equal(verdict.verdict, 'pass', verdict.detail ?? '');
    assert.deepEqual(
      pagesIn(verdict).map(({ changedPixels }) => changedPixels),
      Array.from({ length: 20 }, () => 0),
    );
  });

  it('names the page that never loads, and the limit', async (t) => {
    const stuck = { 'index.html': '<script>for (;;);</script>' };
    const { verdict } = await seen(t, stuck, { timeoutMs: 8_000 });
    assert.equal(verdict.verdict, 'fail');
    assert.equal(verdict.approval, undefined);
    assert.match(verdict.detail ?? '', /with the patch: .*(?:Timeout \d+ms exceeded|timed out after)/);
  });

  it('asks about a page that only one of the trees has', async (t) => {
    const pages = [HOME, { ...HOME, name: 'about', path: '/about.html' }];
    const { verdict } = await seen(t, { 'about.html': '<h1>About</h1>' }, { pages });
    assert.deepEqual([verdict.verdict, verdict.approval], ['fail', 'needed']);
    assert.match(verdict.detail ?? '', /^about is new/);
  });

  it('looks at what a command makes of the tree', async (t) => {
    const task = { folder: 'site', prepare: 'mkdir site && cp index.html site/ && echo built' };
    const { line, verdict } = await seen(t, { 'notes.txt': 'x\n' }, task);
    assert.equal(verdict.verdict, 'pass', verdict.detail ?? '');
    const printed = await line.needs.outputs.read(verdict.output.sha256);
    assert.equal(Buffer.from(printed ?? []).toString(), 'built\nbuilt\n');
  });
});

it('a visual check without Chromium is an error, which is nobody’s pass', async (t) => {
  const camera = theCamera('/nonexistent/chromium');
  const { verdict } = await seen(t, { 'notes.txt': 'x\n' }, { camera });
  assert.equal(verdict.verdict, 'error');
  assert.match(verdict.detail ?? '', /Chromium is not installed/);
});

interface Looking {
  readonly approval?: 'given' | 'none';
  readonly pages?: readonly object[];
  readonly folder?: string;
  readonly prepare?: string;
  readonly timeoutMs?: number;
  readonly camera?: Needs['camera'];
}

/** What the check says of a patch that writes these files over the page. */
async function seen(test: TestContext, files: Readonly<Record<string, string>>, looking: Looking = {}) {
  const { approval = 'none', timeoutMs = 60_000, camera, pages = [HOME], ...task } = looking;
  const line = await lineFor(test, { repository: aRepository({ 'index.html': PAGE }) });
  const data = { checks: [{ name: 'pages', kind: 'visual', pages, ...task }] };
  const [check] = readGateFile(data, { file: 'ghost.yml', source: 'workspace' });
  assert.ok(check);
  const verdict = await runCheck(camera === undefined ? line.needs : { ...line.needs, camera }, {
    check: { ...check, timeoutMs },
    candidate: { ...(await candidateOf(line, files)), approval },
    repository: line.holding.open.repository,
    signal: new AbortController().signal,
  });
  return { line, verdict };
}

function pagesIn({ facts }: Verdict): readonly { readonly changedPixels: number }[] {
  return (facts as unknown as { pages: readonly { changedPixels: number }[] }).pages;
}
