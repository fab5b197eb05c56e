import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openInbox } from '../../../src/adapters/files/inbox.ts';
import { type Sha256, sha256 } from '../../../src/core/digest.ts';
import type { HandClock } from '../../world/clock.ts';
import { creating } from '../../world/diffs.ts';
import { temporaryFolder } from '../../world/git.ts';
import { aScene, listed, paper, QUIET_MS, type Scene } from './scene.ts';

/** Files in `accepted` with their content and what their receipts say was submitted. */
async function pairs({ at, patches }: Scene) {
  const titles = new Map((await patches()).map(({ id, digest }) => [id as string, digest]));
  return listed(at('accepted'))
    .filter((name) => !name.endsWith('.receipt.json'))
    .map((name) => ({
      content: sha256(readFileSync(at('accepted', name))),
      submitted: titles.get(paper(at('accepted', `${name}.receipt.json`)).receipt.id),
    }));
}

describe('a file that is replaced on its way', () => {
  for (const step of ['read', 'submitted', 'told'] as const)
    it(`when it was ${step}, in place and with its date kept, is submitted as what it is now`, async (test) => {
      let isFirst = true;
      const scene = await aScene(test, {
        observe: (reached) => {
          if (reached !== step || !isFirst) return;
          isFirst = false;
          const other = join(temporaryFolder('other'), 'a.diff');
          writeFileSync(other, creating('a', 'two'));
          execFileSync('touch', ['-r', scene.at('a.diff'), other]);
          execFileSync('cp', ['-p', other, scene.at('a.diff')]);
        },
      });
      writeFileSync(scene.at('a.diff'), creating('a', 'one'));
      await scene.settle();
      await scene.settle();
      const found = await pairs(scene);
      assert.deepEqual(
        found.map(({ content }) => content),
        [sha256(creating('a', 'two'))],
      );
      for (const { content, submitted } of found) assert.equal(submitted, content);
      assert.equal((await scene.patches()).length, 2);
    });

  it('by one with its inode, its size and its date is at rest only when that one is', async (test) => {
    const scene = await aScene(test);
    const clock = scene.world.needs.clock as HandClock;
    const write = (line: string) => {
      writeFileSync(scene.at('a.diff'), creating('a', line));
      utimesSync(scene.at('a.diff'), 1, 1);
    };
    write('one');
    await scene.round.go();
    clock.advance(QUIET_MS - 1);
    write('two');
    await scene.round.go();
    clock.advance(QUIET_MS - 1);
    await scene.round.go();
    assert.deepEqual(await scene.patches(), []);
    clock.advance(1);
    await scene.round.go();
    assert.deepEqual(
      (await pairs(scene)).map(({ submitted }) => submitted),
      [sha256(creating('a', 'two'))],
    );
  });

  for (const [left, found] of [
    ['the one that was submitted', 'one'],
    ['another one, never submitted', 'two'],
  ] as const)
    it(`and left aside by a death, ${left}, is taken before what has its name now`, async (test) => {
      const scene = await aScene(test, {
        observe: (step) => {
          if (step === 'told' && !existsSync(scene.at('.taking', 'a.diff')))
            throw new Error('the process dies before the move');
        },
      });
      writeFileSync(scene.at('a.diff'), creating('a', 'one'));
      await scene.settle();
      writeFileSync(scene.at('a.diff'), creating('a', found));
      renameSync(scene.at('a.diff'), scene.at('.taking', 'a.diff'));
      writeFileSync(scene.at('a.diff'), creating('a', 'three'));
      await scene.settle();
      assert.equal(readFileSync(scene.at('a.diff'), 'utf8'), creating('a', 'three'));
      const [taken, ...more] = await pairs(scene);
      assert.deepEqual(more, []);
      assert.deepEqual([taken?.content, taken?.submitted], Array(2).fill(sha256(creating('a', found))));
      assert.equal((await scene.patches()).length, found === 'one' ? 1 : 2);
      assert.deepEqual(listed(scene.at('.taking')), []);
    });

  it('by a folder gives the folder back', async (test) => {
    const scene = await aScene(test);
    mkdirSync(scene.at('.taking', 'a.diff'));
    writeFileSync(scene.at('.taking', 'a.diff', 'inside'), '');
    await scene.settle();
    assert.ok(existsSync(scene.at('a.diff', 'inside')));
  });
});

describe('moving a file to its place', () => {
  async function aFile(test: TestContext) {
    const root = temporaryFolder('inbox');
    const { inbox, close } = await openInbox({ root, worldWritable: 'refused', mostBytes: 100 });
    test.after(close);
    await inbox.look(['main']);
    const at = (...names: readonly string[]) => join(root, 'main', ...names);
    writeFileSync(at('a.diff'), 'content');
    const seen = async () => {
      const [entry] =
        (await inbox.look(['main'])).folders[0]?.entries.filter(({ name }) => name === 'a.diff') ?? [];
      assert.ok(entry);
      return { workspace: 'main', ...entry };
    };
    const move = async (content: Sha256) =>
      inbox.move(await seen(), { outcome: 'accepted', name: 'a.diff' }, content);
    return { at, seen, move };
  }

  it('ends aside when its content is not what was read, whatever its state says', async (test) => {
    const { at, seen, move } = await aFile(test);
    assert.equal(await move(sha256('something else')), 'replaced');
    assert.deepEqual([listed(at('accepted')), (await seen()).isAside], [[], true]);
    assert.equal(await move(sha256('content')), 'moved');
    assert.equal(readFileSync(at('accepted', 'a.diff'), 'utf8'), 'content');
  });

  it('ends aside while somebody can still write into it', async (test) => {
    const { at, move } = await aFile(test);
    const writer = openSync(at('a.diff'), 'a');
    assert.equal(await move(sha256('content')), 'replaced');
    assert.deepEqual(listed(at('accepted')), []);
    closeSync(writer);
    assert.equal(await move(sha256('content')), 'moved');
  });
});
