import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { yamlReader } from '../../../src/adapters/files/yaml.ts';
import { threadedEngine } from '../../../src/adapters/threads/change-engine.ts';
import { changeWork, inlineEngine } from '../../../src/app/change-work.ts';
import { MAX_PATCH_BYTES } from '../../../src/core/change/limits.ts';
import { fail, GhostError } from '../../../src/core/errors.ts';
import type { Tip } from '../../../src/core/git.ts';
import type { ChangeEngine, FitSource, PatchToFit } from '../../../src/ports/change-engine.ts';
import { makePlace, opened } from '../git/world.ts';

const WORK = changeWork(yamlReader);
const THREAD = new URL('../../../src/main/change-thread.ts', import.meta.url);
const ODD_THREAD = new URL('./children/odd-thread.ts', import.meta.url);

/** Everything goes to a thread, however small. */
function threads(
  t: TestContext,
  settings: { thread?: URL; computeMs?: number; waitMs?: number; memoryMib?: number } = {},
): ChangeEngine {
  const engine = threadedEngine(
    { ...WORK, fitLittle: async () => null },
    { thread: THREAD, littleText: -1, ...settings },
  );
  t.after(() => engine.close());
  return engine;
}

const patch = (body: string | Buffer, more: Partial<PatchToFit> = {}): PatchToFit => ({
  ...{
    body: Buffer.from(body),
    format: null,
    root: null,
    allowPaths: [],
    loosest: 'gap',
    merge: 'never',
    text: 'new',
  },
  ...more,
});
const change = (path: string, old: string, now: string) =>
  `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-${old}\n+${now}\n`;

const MAIL = (number: string) =>
  [
    'From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>',
    `Date: Mon, 1 Jan 2024 10:00:00 +0000\nSubject: [PATCH ${number}] Part ${number}\n\n---\n`,
    `${change('one.txt', 'a', 'b')}-- \n2.39\n\n`,
  ].join('\n');

/** One patch of each kind of answer. */
const PATCHES: Readonly<Record<string, PatchToFit>> = {
  'a patch that fits': patch(change('src/one.ts', 'export const one = 1;', 'export const one = 2;')),
  'a patch for a file that is somewhere else': patch(change('one.ts', 'a', 'b')),
  'a patch whose lines stand in another file': patch(change('src/two.ts', 'export const one = 1;', 'x')),
  'a merge that was asked for': patch(change('src/one.ts', 'gone', 'x'), { merge: 'three-way' }),
  'a sensitive path': patch(`--- /dev/null\n+++ b/.npmrc\n@@ -0,0 +1 @@\n+x\n`),
  'no patch at all': patch('hello'),
  nothing: patch(''),
  'a patch with bytes that are no text': patch(
    Buffer.from(change('src/one.ts', '\xff\x80', '\xfe'), 'latin1'),
  ),
  'a series': patch(MAIL('1/2') + MAIL('2/2')),
  'a block in YAML': patch('target_file: src/one.ts\npatch:\n  pattern: one = 1\n  replacement: one = 3\n'),
};

async function repository(t: TestContext): Promise<{ readonly source: FitSource; readonly tip: Tip }> {
  const files = { 'src/one.ts': 'export const one = 1;\n', 'src/two.ts': 'export const two = 2;\n' };
  const source = await opened(t, makePlace(t, 'checked out', { files }));
  return { source, tip: await source.repository.tip() };
}

/** Bytes as text, so that a Buffer and a Uint8Array with the same bytes are equal. */
function comparable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, one) => {
      if (one instanceof Uint8Array) return Buffer.from(one).toString('latin1');
      return one?.type === 'Buffer' ? Buffer.from(one.data).toString('latin1') : one;
    }),
  );
}

describe('a change engine', () => {
  for (const [name, request] of Object.entries(PATCHES)) {
    it(`answers the same at once and in a thread: ${name}`, async (t) => {
      const { source, tip } = await repository(t);
      const [inline, threaded] = [inlineEngine(WORK), threads(t)];
      assert.deepEqual(comparable(await threaded.read(request)), comparable(await inline.read(request)));
      const ours = comparable(await threaded.fit(source, tip, request));
      assert.deepEqual(ours, comparable(await inline.fit(source, tip, request)));
      const little = await WORK.fitLittle(source, tip, request);
      if (little !== null) assert.deepEqual(ours, comparable(little));
    });
  }

  it('leaves the bytes that it was given to their owner', async (t) => {
    const { source, tip } = await repository(t);
    const request = patch(change('src/one.ts', 'export const one = 1;', 'x'));
    const before = Buffer.from(request.body).toString();
    const engine = threads(t);
    await engine.read(request);
    await engine.fit(source, tip, request);
    assert.equal(Buffer.from(request.body).toString(), before);
  });

  it('lets the event loop turn while 8 MiB are read, which it does not at once', async (t) => {
    const section = (at: number) =>
      change(`f${at % 900}.c`, `${'old '.repeat(2000)}${at}`, `${'new '.repeat(2000)}${at}`);
    const sections = Array.from({ length: 500 }, (_, at) => section(at)).join('');
    const body = Buffer.alloc(MAX_PATCH_BYTES, `${sections}\n`);
    const request = patch(body.subarray(0, body.lastIndexOf('--- a/')));
    assert.ok(request.body.length > MAX_PATCH_BYTES - 20_000);
    assert.ok((await turnsDuring(() => threads(t).read(request))) > 20);
    assert.ok((await turnsDuring(() => inlineEngine(WORK).read(request))) <= 2);
  });

  it('lets the event loop turn while a small patch is placed in a large file', async (t) => {
    const { source, tip } = await repository(t);
    const large = Buffer.from(Array.from({ length: 400_000 }, (_, at) => `line ${at % 1000}\n`).join(''));
    const standing = { kind: 'file', mode: '100644', blob: '0'.repeat(40), bytes: large };
    const top = { kind: 'directory', names: ['large'] };
    const snapshot = async () =>
      new Map<string, unknown>([
        ['', top],
        ['large', standing],
      ]) as never;
    const request = patch(change('large', 'line 1000', 'x'));
    const engine = threadedEngine(WORK, { thread: THREAD });
    t.after(() => engine.close());
    const turns = await turnsDuring(() => engine.fit({ ...source, repository: { snapshot } }, tip, request));
    assert.ok(turns > 20, `${turns} turns`);
  });

  it('ends a thread that never ends, refuses its patch, and goes on with the next one', async (t) => {
    const engine = threads(t, { thread: ODD_THREAD, computeMs: 300 });
    const stuck = await Promise.all([1, 2, 3].map(() => engine.read(patch('never end'))));
    for (const answer of stuck) {
      assert.deepEqual(answer.kind === 'faulty' && answer.faults.map(({ code }) => code), ['too_large']);
      assert.match(
        (answer.kind === 'faulty' && answer.faults[0]?.message) || '',
        /longer than 0\.3 s of processor time/,
      );
    }
    assert.deepEqual(await engine.read(patch('fine')), { kind: 'series', patches: [] });
  });

  it("counts what a thread computes and not the time that passes: a machine that stands still is nobody's fault", async (t) => {
    const engine = threads(t, { thread: ODD_THREAD, computeMs: 200 });
    assert.deepEqual(await engine.read(patch('rest for 0.6 s')), { kind: 'series', patches: [] });
  });

  it('gives up on a thread that does not get to compute, as ours and not as a fault of the patch', async (t) => {
    const { source, tip } = await repository(t);
    const engine = threads(t, { thread: ODD_THREAD, waitMs: 300 });
    const busy = (error: unknown) =>
      error instanceof GhostError && error.code === 'machine_busy' && error.retry === 'later';
    await assert.rejects(engine.read(patch('rest for ever')), busy);
    await assert.rejects(engine.read(patch('never end')), (error: Error) => {
      assert.match(error.message, /within 0\.3 s, of which it computed for 0(\.\d+)? s/);
      return busy(error);
    });
    assert.equal((await engine.fit(source, tip, patch('x'))).kind, 'faulty');
  });

  it('refuses a patch that takes more memory than a thread has, and goes on', async (t) => {
    const engine = threads(t, { thread: ODD_THREAD, memoryMib: 32 });
    const answer = await engine.read(patch('take all memory'));
    assert.match((answer.kind === 'faulty' && answer.faults[0]?.message) || '', /more than 32 MiB of memory/);
    assert.deepEqual(await engine.read(patch('fine')), { kind: 'series', patches: [] });
  });

  it('tells a defect in a thread, and a thread that ends, as errors', async (t) => {
    const engine = threads(t, { thread: ODD_THREAD });
    await assert.rejects(engine.read(patch('throw')), /on purpose/);
    await assert.rejects(engine.read(patch('exit')), /ended/);
    assert.deepEqual(await engine.read(patch('fine')), { kind: 'series', patches: [] });
  });

  it('tells what a repository refuses as it was told', async (t) => {
    const { source, tip } = await repository(t);
    const snapshot = async () => {
      throw fail('git_failed', { command: 'cat-file', exitCode: 1, stderr: 'no disk' });
    };
    await assert.rejects(
      threads(t, { thread: ODD_THREAD }).fit({ ...source, repository: { snapshot } }, tip, patch('x')),
      (error) => error instanceof GhostError && error.code === 'git_failed',
    );
  });

  it('does not count the time that a repository takes', async (t) => {
    const { source, tip } = await repository(t);
    let answer = (): void => undefined;
    const engine = threads(t, { thread: ODD_THREAD, computeMs: 300 });
    const asked = new Promise<void>((told) => {
      const snapshot = () => {
        told();
        return new Promise<never>((resolve) => {
          answer = () => resolve(new Map() as never);
        });
      };
      void engine.fit({ ...source, repository: { snapshot } }, tip, patch('x')).then((fitted) => {
        assert.deepEqual(fitted, { kind: 'faulty', format: null, faults: [] });
      });
    });
    await asked;
    // Another task of the same length as the deadline passes meanwhile.
    assert.equal((await engine.read(patch('never end'))).kind, 'faulty');
    answer();
  });

  it('gives up what is under way and waiting when it is closed, and takes no more', async (t) => {
    const engine = threads(t, { thread: ODD_THREAD });
    const under = [1, 2, 3].map(() => assert.rejects(engine.read(patch('never end'))));
    await engine.close();
    await Promise.all(under);
    await assert.rejects(engine.read(patch('fine')), /closed/);
    await engine.close();
  });
});

/** How often the event loop came round before `act` was done. */
async function turnsDuring(act: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await act();
  isDone = true;
  return turns;
}
