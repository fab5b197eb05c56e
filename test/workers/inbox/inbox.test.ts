import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { HandClock } from '../../world/clock.ts';
import { creating } from '../../world/diffs.ts';
import { aScene, listed, paper, QUIET_MS } from './scene.ts';

describe('the inbox', () => {
  it('submits a file that is at rest, once, and moves it beside its receipt', async (test) => {
    const scene = await aScene(test);
    writeFileSync(scene.at('fix.diff'), creating('a'));
    await scene.round.go();
    assert.deepEqual(await scene.patches(), [], 'it was only just seen');
    await scene.settle();
    const [patch, ...more] = await scene.patches();
    assert.ok(patch && more.length === 0);
    assert.deepEqual(
      [patch.workspace, patch.origin, patch.author],
      ['main', 'inbox', `inbox:${process.getuid?.()}`],
    );
    assert.deepEqual(listed(scene.at()), ['.taking', 'accepted', 'refused']);
    assert.deepEqual(listed(scene.at('accepted')), ['fix.diff', 'fix.diff.receipt.json']);
    assert.equal(readFileSync(scene.at('accepted', 'fix.diff'), 'utf8'), creating('a'));
    const { receipt, file } = paper(scene.at('accepted', 'fix.diff.receipt.json'));
    assert.deepEqual([file, receipt.id, receipt.repeated], ['fix.diff', patch.id, false]);
    await scene.settle();
    assert.equal((await scene.patches()).length, 1);
    assert.deepEqual([scene.round.facts.accepted, scene.round.facts.problem], [1, null]);
  });

  it('takes a series from one file, and each file of a folder for its workspace', async (test) => {
    const scene = await aScene(test);
    await scene.world.workspace('other');
    await scene.round.go();
    const mail = (n: number) =>
      `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: [PATCH ${n}/2] Add ${n}\n\n---\n${creating(`${n}`)}`;
    writeFileSync(join(scene.root, 'other', 'two.mbox'), `${mail(1)}\n${mail(2)}`);
    await scene.settle();
    const patches = await scene.patches();
    assert.deepEqual(
      patches.map(({ workspace, title, series }) => [workspace, title, series?.index]),
      [
        ['other', 'Add 1', 1],
        ['other', 'Add 2', 2],
      ],
    );
    const { receipt } = paper(join(scene.root, 'other', 'accepted', 'two.mbox.receipt.json'));
    assert.deepEqual([receipt.id, receipt.rest[0].id], [patches[0]?.id, patches[1]?.id]);
  });

  it('puts what is no patch beside its fault, in words and as data, and submits nothing', async (test) => {
    const scene = await aScene(test);
    writeFileSync(scene.at('letter.txt'), 'good morning');
    await scene.settle();
    assert.deepEqual(await scene.patches(), []);
    assert.deepEqual(listed(scene.at('refused')), [
      'letter.txt',
      'letter.txt.fault.json',
      'letter.txt.fault.txt',
    ]);
    const fault = paper(scene.at('refused', 'letter.txt.fault.json'));
    assert.deepEqual([fault.code, fault.file, fault.faults.length], ['patch_unparsable', 'letter.txt', 1]);
    assert.match(
      readFileSync(scene.at('refused', 'letter.txt.fault.txt'), 'utf8'),
      /was not taken[\s\S]*Next: /,
    );
  });

  it('does not take a file while it grows, nor while it is open for writing, however long', async (test) => {
    const scene = await aScene(test);
    const [head, tail] = [creating('a').slice(0, 40), creating('a').slice(40)];
    const file = openSync(scene.at('slow.diff'), 'a');
    appendFileSync(file, head);
    for (let n = 0; n < 5; n++) await scene.settle();
    assert.deepEqual(await scene.patches(), [], 'half of it, still open');
    appendFileSync(file, tail);
    await scene.settle();
    assert.deepEqual(await scene.patches(), [], 'all of it, still open');
    closeSync(file);
    await scene.settle();
    const [patch] = await scene.patches();
    assert.equal(patch?.size, creating('a').length);
  });

  it('does not take a file by parts from a writer that opens it anew for each', async (test) => {
    const scene = await aScene(test);
    for (const part of creating('a').match(/[\s\S]{1,20}/g) ?? []) {
      appendFileSync(scene.at('slow.diff'), part);
      await scene.round.go();
      (scene.world.needs.clock as HandClock).advance(QUIET_MS - 1);
    }
    assert.deepEqual(await scene.patches(), []);
    await scene.settle();
    assert.equal((await scene.patches())[0]?.size, creating('a').length);
  });

  it('leaves a file that changes between being seen and being read', async (test) => {
    const scene = await aScene(test, {
      observe: (step) => {
        if (step === 'submitted') appendFileSync(scene.at('b.diff'), 'x');
      },
    });
    writeFileSync(scene.at('a.diff'), creating('a'));
    writeFileSync(scene.at('b.diff'), creating('b'));
    await scene.settle();
    assert.deepEqual(
      (await scene.patches()).map(({ title }) => title),
      ['Change a'],
    );
    assert.ok(existsSync(scene.at('b.diff')));
  });

  it('keeps what was put in place of a file between its submission and its move', async (test) => {
    const scene = await aScene(test, {
      observe: (step) => {
        if (step !== 'told' || !readFileSync(scene.at('a.diff'), 'utf8').includes('first')) return;
        writeFileSync(scene.at('.new'), creating('a', 'second'));
        renameSync(scene.at('.new'), scene.at('a.diff'));
      },
    });
    writeFileSync(scene.at('a.diff'), creating('a', 'first'));
    await scene.settle();
    assert.equal((await scene.patches()).length, 1);
    assert.equal(readFileSync(scene.at('a.diff'), 'utf8'), creating('a', 'second'));
    await scene.settle();
    assert.equal((await scene.patches()).length, 2);
    assert.deepEqual(listed(scene.at('accepted')), [
      'a.diff.2',
      'a.diff.2.receipt.json',
      'a.diff.receipt.json',
    ]);
  });

  it('overwrites nothing: another file of a name gets a number, the very same one its first receipt', async (test) => {
    const scene = await aScene(test);
    for (const line of ['one', 'two', 'one']) {
      writeFileSync(scene.at('a.diff'), creating('a', line));
      await scene.settle();
    }
    const receipts = ['a.diff', 'a.diff.2', 'a.diff.3'].map(
      (name) => paper(scene.at('accepted', `${name}.receipt.json`)).receipt,
    );
    assert.deepEqual(
      receipts.map(({ repeated }) => repeated),
      [false, false, true],
    );
    assert.equal(receipts[2].id, receipts[0].id);
    assert.equal((await scene.patches()).length, 2);
    assert.equal(readFileSync(scene.at('accepted', 'a.diff.2'), 'utf8'), creating('a', 'two'));
  });

  it('passes over what is hidden, unfinished or held, and takes it when that is over', async (test) => {
    const scene = await aScene(test);
    const names = ['.a.diff', 'b.diff.part', 'c.tmp', 'd.diff~', 'e.crdownload', 'f.diff', 'f.diff.hold'];
    for (const name of names) writeFileSync(scene.at(name), creating(name));
    await scene.settle();
    assert.deepEqual(await scene.patches(), []);
    assert.deepEqual(listed(scene.at()), ['.taking', 'accepted', 'refused', ...names].sort());
    rmSync(scene.at('f.diff.hold'));
    renameSync(scene.at('b.diff.part'), scene.at('b.diff'));
    await scene.settle();
    assert.deepEqual(
      (await scene.patches()).map(({ title }) => title),
      ['Change f.diff', 'Change b.diff.part'],
      'the one had long been at rest',
    );
  });

  for (const [where, path] of [
    ['its folder', ['main']],
    ['the inbox', []],
  ] as const)
    for (const name of ['.stop', '.hold'])
      it(`takes nothing while ${name} is in ${where}`, async (test) => {
        const scene = await aScene(test);
        const stop = join(scene.root, ...path, name);
        writeFileSync(stop, '');
        writeFileSync(scene.at('a.diff'), creating('a'));
        await scene.settle();
        assert.deepEqual(await scene.patches(), []);
        assert.deepEqual(
          scene.round.facts.folders.map(({ stoppedBy, waiting }) => [stoppedBy, waiting]),
          [[name, 1]],
        );
        rmSync(stop);
        await scene.round.go();
        assert.equal((await scene.patches()).length, 1);
      });

  for (const path of [['main', '.stop'], ['main', '.hold'], ['.stop'], ['.hold'], ['main', 'b.diff.hold']])
    it(`takes nothing more in the very round in which ${path.join('/')} appears`, async (test) => {
      const scene = await aScene(test, {
        observe: (step) => {
          if (step === 'submitted') writeFileSync(join(scene.root, ...path), '');
        },
      });
      writeFileSync(scene.at('a.diff'), creating('a'));
      writeFileSync(scene.at('b.diff'), creating('b'));
      symlinkSync('elsewhere', scene.at('b.link'));
      await scene.settle();
      assert.deepEqual(listed(scene.at('accepted')), ['a.diff', 'a.diff.receipt.json'], 'it was under way');
      assert.ok(existsSync(scene.at('b.diff')));
      assert.equal(listed(scene.at('refused')).length, path.at(-1)?.startsWith('.') ? 0 : 3);
    });
});
