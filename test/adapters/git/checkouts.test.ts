import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { asTree, change, makePlace, opened, temporary, write } from './world.ts';

const listing = (at: string) => readdirSync(at, { recursive: true, encoding: 'utf8' }).sort();

const numbered = (count: number) =>
  Array.from({ length: count }, (_, at) => change(`deep/in ${at % 7}/here/${at}.txt`, `${at}\n`));
const AMOUNTS = [
  ['few', numbered(3)],
  ['many', numbered(300)],
] as const;

describe('a checkout', () => {
  for (const format of ['sha1', 'sha256'] as const) {
    it(`of a ${format} tree has its files, modes and links, and no git directory`, async (t) => {
      const place = makePlace(t, 'bare', { format });
      const { repository } = await opened(t, place);
      const tip = await repository.tip();
      const tree = await repository.buildTree(tip.tree, [
        change('bin/run', '#!/bin/sh\n', '100755'),
        change('link', '../outside', '120000'),
        change('na me\n/ü', 'odd\n'),
      ]);
      const checkout = await repository.checkout(tree);
      const names = place.git('ls-tree', '-r', '--name-only', '-z', tree).split('\0').filter(Boolean);
      const files = listing(checkout.path).filter(
        (name) => !lstatSync(join(checkout.path, name)).isDirectory(),
      );
      assert.deepEqual(files, names.sort());
      assert.equal(statSync(join(checkout.path, 'bin/run')).mode & 0o111, 0o111);
      assert.equal(readlinkSync(join(checkout.path, 'link')), '../outside');
      assert.equal(statSync(checkout.path).mode & 0o777, 0o755);
      await checkout.remove();
      assert.equal(existsSync(checkout.path), false);
    });
  }

  it('leaves index, HEAD and work tree of the repository as they were', async (t) => {
    const place = makePlace(t);
    const { repository } = await opened(t, place);
    const index = readFileSync(join(place.gitDir, 'index'));
    const { tree } = await repository.tip();
    const checkout = await repository.checkout(tree);
    write(join(checkout.path, 'README.md'), 'changed\n');
    assert.deepEqual(readFileSync(join(place.gitDir, 'index')), index);
    assert.equal(place.git('status', '--porcelain'), '');
    await checkout.remove();
  });

  // A spare is kept of the many only, and the few are given away without a process for it.
  for (const [amount, files] of AMOUNTS) {
    it(`of ${amount} files never sees what was done in an earlier one`, async (t) => {
      const { repository } = await opened(t, makePlace(t));
      const begin = await repository.buildTree((await repository.tip()).tree, files);
      const trees = [begin];
      for (const content of ['1\n', '2\n', '3\n']) {
        trees.push(await repository.buildTree(begin, [change('src/one.ts', content), change('sort0', null)]));
      }
      const fresh = new Map<string, string[]>();
      for (const tree of [...trees, ...trees]) {
        const checkout = await repository.checkout(tree);
        const seen = listing(checkout.path).concat(readFileSync(join(checkout.path, 'src/one.ts'), 'utf8'));
        assert.deepEqual(seen, fresh.get(tree) ?? seen);
        fresh.set(tree, seen);
        write(join(checkout.path, 'src/one.ts'), 'poisoned\n');
        write(join(checkout.path, 'left/behind'), 'poison\n');
        await checkout.remove();
      }
      assert.equal(new Set([...fresh.values()].map((seen) => seen.join())).size, 4);
    });

    it(`of ${amount} files belongs to the given owner when we are root`, async (t) => {
      if (process.getuid?.() !== 0) return t.skip('only root gives files away');
      const owner = { uid: 65_534, gid: 65_534 };
      const { repository } = await opened(t, makePlace(t), { owner });
      const tree = await repository.buildTree((await repository.tip()).tree, files);
      for (let round = 0; round < 2; round += 1) {
        const checkout = await repository.checkout(tree);
        for (const name of ['.', ...listing(checkout.path)]) {
          assert.equal(lstatSync(join(checkout.path, name)).uid, owner.uid, name);
        }
        await checkout.remove();
      }
    });
  }

  it('several stand side by side', async (t) => {
    const { repository } = await opened(t, makePlace(t));
    const { tree } = await repository.tip();
    const all = await Promise.all([1, 2, 3].map(() => repository.checkout(tree)));
    assert.equal(new Set(all.map(({ path }) => path)).size, 3);
    await Promise.all(all.map((checkout) => checkout.remove()));
  });

  it('is removed whole, though a check made it read-only', async (t) => {
    const { repository } = await opened(t, makePlace(t));
    const checkout = await repository.checkout((await repository.tip()).tree);
    write(join(checkout.path, 'locked/down/file'), 'x\n');
    for (const name of ['locked/down/file', 'locked/down', 'locked', 'src', '.']) {
      chmodSync(join(checkout.path, name), 0o000);
    }
    await checkout.remove();
    await checkout.remove();
    assert.equal(existsSync(checkout.path), false);
  });

  it('is removed whole, though a check made paths that are too long for the kernel', async (t) => {
    const { repository } = await opened(t, makePlace(t));
    const checkout = await repository.checkout((await repository.tip()).tree);
    const dig = `const { mkdirSync } = require('node:fs'); const name = 'd'.repeat(200);
      for (let depth = 0; depth < 40; depth += 1) { mkdirSync(name); process.chdir(name); }`;
    execFileSync(process.execPath, ['-e', dig], { cwd: checkout.path });
    await checkout.remove();
    assert.equal(existsSync(checkout.path), false);
  });

  it('of a tree that is not there is an error and leaves nothing', async (t) => {
    const place = makePlace(t);
    const { repository } = await opened(t, place);
    await assert.rejects(repository.checkout(asTree('1'.repeat(40))), { code: 'git_failed' });
    const left = listing(join(place.root, 'scratch')).filter((name) => /\/\d+\/\d+$/.test(name));
    assert.deepEqual(left, []);
  });
});

describe('the scratch directory', () => {
  it('is empty after closing, and what dead processes left is swept', async (t) => {
    const place = makePlace(t);
    const scratch = join(temporary(t), 'scratch');
    const dead = join(scratch, '4194303-1-00000000-0000-0000-0000-000000000000');
    mkdirSync(join(dead, '1'), { recursive: true });
    write(join(scratch, 'not-ours'), 'kept\n');
    const open = await opened(t, place, { scratch });
    assert.equal(existsSync(dead), false);
    assert.equal(existsSync(join(scratch, 'not-ours')), true);
    const checkout = await open.repository.checkout((await open.repository.tip()).tree);
    await checkout.remove();
    await open.repository.close();
    assert.deepEqual(
      listing(scratch).filter((name) => name.includes('/')),
      [],
    );
  });
});
