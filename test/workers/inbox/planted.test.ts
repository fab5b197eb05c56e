import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openInbox } from '../../../src/adapters/files/inbox.ts';
import { creating } from '../../world/diffs.ts';
import { aScene, listed, paper } from './scene.ts';

const SOMEBODY = 65_534;
const AS_ROOT = { skip: process.getuid?.() !== 0 && 'only root can give a file away' };

describe('an inbox in which others write too', () => {
  for (const name of ['a.diff.receipt.json', '.a.diff.receipt.json.tmp'])
    it(`follows no link that was planted as ${name}`, async (test) => {
      const scene = await aScene(test);
      const policy = join(scene.root, '..', 'policy.yml');
      writeFileSync(policy, 'loosestRung: exact\n');
      symlinkSync(policy, scene.at('accepted', name));
      writeFileSync(scene.at('a.diff'), creating('a'));
      await scene.settle();
      assert.equal(readFileSync(policy, 'utf8'), 'loosestRung: exact\n');
      assert.ok(lstatSync(scene.at('accepted', name)).isSymbolicLink());
      const chosen = name.startsWith('.') ? 'a.diff' : 'a.diff.2';
      assert.ok(lstatSync(scene.at('accepted', `${chosen}.receipt.json`)).isFile());
      assert.equal(readFileSync(scene.at('accepted', chosen), 'utf8'), creating('a'));
    });

  it('is not held up by a pipe or a folder in the place of a paper', async (test) => {
    const scene = await aScene(test);
    execFileSync('mkfifo', [scene.at('accepted', 'a.diff.receipt.json')]);
    mkdirSync(scene.at('accepted', 'a.diff.2.receipt.json'));
    writeFileSync(scene.at('a.diff'), creating('a'));
    await scene.settle();
    assert.ok(existsSync(scene.at('accepted', 'a.diff.3')));
    assert.equal(scene.round.facts.problem, null);
  });

  it('writes into no receipt of which a dead process left a second name', async (test) => {
    const scene = await aScene(test);
    writeFileSync(scene.at('a.diff'), creating('a', 'one'));
    await scene.settle();
    const receipt = scene.at('accepted', 'a.diff.receipt.json');
    const first = readFileSync(receipt, 'utf8');
    linkSync(receipt, scene.at('accepted', '.a.diff.receipt.json.tmp'));
    rmSync(scene.at('accepted', 'a.diff'));
    writeFileSync(scene.at('a.diff'), creating('a', 'two'));
    await scene.settle();
    assert.equal(readFileSync(receipt, 'utf8'), first);
    assert.equal(readFileSync(scene.at('accepted', 'a.diff.2'), 'utf8'), creating('a', 'two'));
  });

  it(
    'sweeps its own unfinished papers at the start, and nothing of that name by others',
    AS_ROOT,
    async (test) => {
      const scene = await aScene(test);
      const [own, foreign] = ['1', '2'].map((digit) => `.paper-${digit.repeat(36)}.tmp`);
      assert.ok(own && foreign);
      for (const name of [own, foreign]) writeFileSync(scene.at('accepted', name), '');
      chownSync(scene.at('accepted', foreign), SOMEBODY, SOMEBODY);
      scene.close();
      const { inbox, close } = await openInbox({ root: scene.root, worldWritable: 'refused', mostBytes: 1 });
      test.after(close);
      await inbox.look(['main']);
      assert.deepEqual(listed(scene.at('accepted')), [foreign]);
    },
  );

  it('takes no paper for its own that another user wrote', AS_ROOT, async (test) => {
    const scene = await aScene(test);
    writeFileSync(scene.at('a.diff'), creating('a'));
    await scene.settle();
    const forged = scene.at('accepted', 'a.diff.receipt.json');
    chownSync(forged, SOMEBODY, SOMEBODY);
    renameSync(scene.at('accepted', 'a.diff'), scene.at('a.diff'));
    await scene.settle();
    assert.deepEqual(listed(scene.at('accepted')), [
      'a.diff.2',
      'a.diff.2.receipt.json',
      'a.diff.receipt.json',
    ]);
  });

  for (const [what, plant, told] of [
    [
      'a folder of another user',
      (path: string) => chownSync(path, SOMEBODY, SOMEBODY),
      /belongs to user 65534/,
    ],
    [
      'a link to a folder',
      (path: string) => {
        renameSync(path, `${path}.away`);
        symlinkSync(`${path}.away`, path);
      },
      /is no folder/,
    ],
  ] as const)
    for (const name of ['', 'accepted', 'refused', '.taking'])
      it(`takes nothing while ${what} stands as main/${name}`, AS_ROOT, async (test) => {
        const scene = await aScene(test);
        writeFileSync(scene.at('a.diff'), creating('a'));
        plant(scene.at(name));
        await scene.settle();
        assert.match(scene.round.facts.problem ?? '', told);
        assert.deepEqual(await scene.patches(), []);
      });

  it('takes nothing once its lock was removed: another may have it by now', async (test) => {
    const scene = await aScene(test);
    rmSync(join(scene.root, '.inbox.lock'));
    writeFileSync(scene.at('a.diff'), creating('a'));
    await scene.settle();
    const second = await openInbox({ root: scene.root, worldWritable: 'refused', mostBytes: 1 });
    test.after(second.close);
    await scene.settle();
    assert.match(scene.round.facts.problem ?? '', /\.inbox\.lock was removed/);
    assert.deepEqual(await scene.patches(), []);
  });

  it('takes nothing while the folder in which it sets files aside is open to others', async (test) => {
    const scene = await aScene(test);
    writeFileSync(scene.at('a.diff'), creating('a'));
    chmodSync(scene.at('.taking'), 0o770);
    await scene.settle();
    assert.match(scene.round.facts.problem ?? '', /open to others \(mode 770\); expected 700/);
  });
});

describe('a name in accepted or refused', () => {
  for (const taken of ['letter.txt', 'letter.txt.fault.json', 'letter.txt.fault.txt'])
    it(`is free only if its papers are: ${taken} stands there`, async (test) => {
      const scene = await aScene(test);
      writeFileSync(scene.at(taken), 'first\n');
      await scene.settle();
      writeFileSync(scene.at('letter.txt'), 'second\n');
      await scene.settle();
      assert.equal(readFileSync(scene.at('refused', taken), 'utf8'), 'first\n');
      assert.equal(readFileSync(scene.at('refused', 'letter.txt.2'), 'utf8'), 'second\n');
      assert.equal(paper(scene.at('refused', 'letter.txt.2.fault.json')).file, 'letter.txt');
    });

  it('is found again with what is missing of its papers', async (test) => {
    const scene = await aScene(test);
    const papers = ['letter.txt.fault.json', 'letter.txt.fault.txt'];
    for (const missing of [[], papers.slice(1), papers]) {
      writeFileSync(scene.at('letter.txt'), 'good morning\n');
      for (const name of ['letter.txt', ...missing]) rmSync(scene.at('refused', name), { force: true });
      await scene.settle();
      assert.deepEqual(listed(scene.at('refused')), ['letter.txt', ...papers]);
    }
  });
});
