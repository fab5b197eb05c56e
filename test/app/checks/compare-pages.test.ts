import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { PNG } from 'pngjs';
import { runCheck } from '../../../src/app/checks/run-check.ts';
import type { Needs } from '../../../src/app/needs.ts';
import { isBaseToBlame } from '../../../src/core/gate/base-run.ts';
import { readGateFile } from '../../../src/core/gate/gate-file.ts';
import type { Verdict } from '../../../src/core/gate/verdict.ts';
import { secret } from '../../../src/platform/secret.ts';
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
    const pages = Array.from({ length: 10 }, (_, index) => ({ ...HOME, name: `page-${index}` }));
    const { verdict } = await seen(t, { 'notes.txt': 'nothing to see\n' }, { pages });
    assert.equal(verdict.verdict, 'pass', verdict.detail ?? '');
    assert.deepEqual(
      pagesIn(verdict).map(({ changedPixels }) => changedPixels),
      Array.from({ length: 10 }, () => 0),
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

/*
 * What stands in for the browser here is `prepare`: it has the mark in its arguments, answers in place of the driver, and ends.
 */
describe('comparePages, told by a script of the tree', () => {
  const TELLING = { prepare: 'node tell.js "${@: -1}"; exit $?', pages: [{ ...HOME, masks: [] }] };
  const telling = (...answers: readonly object[]) => {
    const lines = answers.map((answer) => JSON.stringify({ name: 'home', ...answer }));
    const text = `for (const line of ${JSON.stringify(lines)}) console.log(asked.mark + ' ' + line);`;
    return { 'tell.js': `const asked = JSON.parse(process.argv[2]);\nconsole.log('built');\n${text}\n` };
  };
  const picture = (red: number) => {
    const png = new PNG({ width: 400, height: 300 });
    png.data.fill(Uint8Array.from([red, 0, 0, 255]));
    return { png: PNG.sync.write(png).toString('base64') };
  };
  const BROKEN = { 'tell.js': 'process.exit(3);\n' };
  const told = (
    t: TestContext,
    [base, patch]: readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>],
    looking: Looking = {},
  ) => seen(t, patch, { ...TELLING, camera: theCamera(process.execPath), base, ...looking });

  it('asks an approver about a page that could not be shown without the patch, whoever broke it', async (t) => {
    for (const base of [BROKEN, telling({ problem: 'Timeout' })]) {
      const { verdict } = await told(t, [base, telling(picture(9))]);
      assert.deepEqual([verdict.verdict, verdict.approval, verdict.base], ['fail', 'needed', undefined]);
      assert.match(verdict.detail ?? '', /^home could not be shown without the patch, so that/);
      assert.deepEqual(
        verdict.artifacts?.map(({ name }) => name),
        ['home-after.png'],
      );
    }
  });

  it('tells that the base fails too, where a page can be shown in neither tree', async (t) => {
    const [stuck, other] = [telling({ problem: 'Timeout' }), { 'notes.txt': 'x\n' }];
    for (const base of [BROKEN, stuck]) {
      const { line, verdict } = await told(t, [base, other]);
      assert.ok(isBaseToBlame(verdict), JSON.stringify(verdict));
      assert.equal(verdict.approval, undefined);
      assert.ok(verdict.base && 'output' in verdict.base);
      assert.notEqual(await line.needs.outputs.read(verdict.base.output.sha256), null);
    }
    const { verdict } = await told(t, [telling(picture(9)), stuck]);
    assert.deepEqual([verdict.verdict, verdict.base], ['fail', undefined], 'the patch broke it');
  });

  it('takes no picture where two were told, nor one that only begins as one', async (t) => {
    const twice = await told(t, [telling(picture(9)), telling(picture(9), picture(9))]);
    assert.match(twice.verdict.detail ?? '', /^home could not be shown with the patch: 2 answers/);
    const head = { png: Buffer.from(picture(9).png, 'base64').subarray(0, 60).toString('base64') };
    const { verdict } = await told(t, [telling(picture(9)), telling(head)]);
    assert.deepEqual([verdict.verdict, verdict.approval], ['fail', undefined]);
    assert.match(verdict.detail ?? '', /^home could not be shown with the patch: its pictures cannot/);
  });

  it('keeps what is printed without the secrets of this Ghost, and tells that it was cut', async (t) => {
    const camera = theCamera(process.execPath);
    const cutting: Needs['camera'] = {
      ...camera,
      aim: (...asked) => {
        const aimed = camera.aim(...asked);
        return { ...aimed, command: { ...aimed.command, outputCap: 4096 } };
      },
    };
    const talking = { 'tell.js': `console.log('-- correct horse battery --\\n' + 'x\\n'.repeat(4000));\n` };
    const { line, verdict } = await told(t, [talking, { 'notes.txt': 'x\n' }], {
      camera: cutting,
      hidden: 'correct horse battery',
    });
    const printed = `${Buffer.from((await line.needs.outputs.read(verdict.output.sha256)) ?? [])}`;
    assert.match(printed, /^-- \*\*\* --$/m);
    assert.ok(!printed.includes('horse') && verdict.output.truncated);
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
  /** Files of the base beside the page. */
  readonly base?: Readonly<Record<string, string>>;
  /** A secret of this Ghost. */
  readonly hidden?: string;
}

/** What the check says of a patch that writes these files over the page. */
async function seen(test: TestContext, files: Readonly<Record<string, string>>, looking: Looking = {}) {
  const { approval = 'none', timeoutMs = 60_000, pages = [HOME], base = {}, hidden, ...given } = looking;
  const { camera, ...task } = given;
  const line = await lineFor(test, { repository: aRepository({ 'index.html': PAGE, ...base }) });
  const data = { checks: [{ name: 'pages', kind: 'visual', pages, ...task }] };
  const [check] = readGateFile(data, { file: 'ghost.yml', source: 'workspace' });
  assert.ok(check);
  const own = hidden === undefined ? [] : [secret(hidden)];
  const verdict = await runCheck(
    { ...line.needs, ...(camera && { camera }), hidden: own },
    {
      check: { ...check, timeoutMs },
      candidate: { ...(await candidateOf(line, files)), approval },
      repository: line.holding.open.repository,
      signal: new AbortController().signal,
    },
  );
  return { line, verdict };
}

function pagesIn({ facts }: Verdict): readonly { readonly changedPixels: number }[] {
  return (facts as unknown as { pages: readonly { changedPixels: number }[] }).pages;
}
