import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openInbox } from '../../../src/adapters/files/inbox.ts';
import { MAX_PATCH_BYTES } from '../../../src/core/change/limits.ts';
import { fail } from '../../../src/core/errors.ts';
import type { HandClock } from '../../world/clock.ts';
import { creating } from '../../world/diffs.ts';
import { temporaryFolder } from '../../world/git.ts';
import { aScene, listed, paper } from './scene.ts';

describe('an inbox that cannot do as it is asked', () => {
  it('neither follows a link nor opens a pipe, and leaves folders alone', async (test) => {
    const scene = await aScene(test);
    const secret = join(temporaryFolder('secret'), 'secret.diff');
    writeFileSync(secret, creating('secret'));
    symlinkSync(secret, scene.at('link.diff'));
    execFileSync('mkfifo', [scene.at('pipe.diff')]);
    mkdirSync(scene.at('folder.diff'));
    writeFileSync(scene.at('folder.diff', 'a.diff'), creating('a'));
    await scene.settle();
    assert.deepEqual(await scene.patches(), []);
    assert.equal(readFileSync(secret, 'utf8'), creating('secret'));
    assert.ok(lstatSync(scene.at('refused', 'link.diff')).isSymbolicLink());
    assert.ok(lstatSync(scene.at('refused', 'pipe.diff')).isFIFO());
    assert.match(
      paper(scene.at('refused', 'link.diff.fault.json')).message,
      /symbolic link; expected a regular file/,
    );
    assert.ok(existsSync(scene.at('folder.diff', 'a.diff')));
  });

  it('refuses a file above 8 MiB without reading it, and takes one of exactly 8 MiB to the parser', async (test) => {
    const scene = await aScene(test);
    for (const [name, size] of [
      ['most', MAX_PATCH_BYTES],
      ['more', MAX_PATCH_BYTES + 1],
    ] as const) {
      writeFileSync(scene.at(name), '');
      truncateSync(scene.at(name), size);
    }
    await scene.settle();
    assert.equal(paper(scene.at('refused', 'more.fault.json')).code, 'too_large');
    assert.equal(paper(scene.at('refused', 'most.fault.json')).code, 'patch_unparsable');
  });

  it('leaves every file where it is while the ledger is away, and counts each once when it is back', async (test) => {
    const scene = await aScene(test);
    const { ledger } = scene.world.needs;
    const accept = ledger.accept.bind(ledger);
    const away = { problem: 'the disk is full' };
    ledger.accept = async (...text) => {
      // The worst of its failures: it was stored, and nobody was told.
      await accept(...text);
      throw fail('ledger_unknown', away);
    };
    writeFileSync(scene.at('a.diff'), creating('a'));
    writeFileSync(scene.at('b.diff'), creating('b'));
    await scene.settle();
    await scene.settle();
    assert.match(scene.round.facts.problem ?? '', /the disk is full/);
    assert.equal(scene.log.filter(({ level }) => level === 'error').length, 1, 'said once');
    assert.deepEqual(listed(scene.at('accepted')), []);
    ledger.accept = accept;
    await scene.settle();
    assert.equal((await scene.patches()).length, 2);
    assert.deepEqual([scene.round.facts.accepted, scene.round.facts.problem], [2, null]);
  });

  it('goes on with the others when one cannot be read', {
    skip: process.getuid?.() === 0 && 'root reads all',
  }, async (test) => {
    const scene = await aScene(test);
    writeFileSync(scene.at('a.diff'), creating('a'), { mode: 0 });
    writeFileSync(scene.at('b.diff'), creating('b'));
    await scene.settle();
    assert.equal((await scene.patches()).length, 1);
    assert.match(scene.round.facts.problem ?? '', /main: a\.diff cannot be read/);
    assert.ok(existsSync(scene.at('a.diff')));
  });

  it('goes on with the others when one breaks the reader of patches', async (test) => {
    const scene = await aScene(test);
    const { ledger } = scene.world.needs;
    const accept = ledger.accept.bind(ledger);
    ledger.accept = (first, ...rest) => {
      if (first.title === 'Change a') throw new TypeError('a defect');
      return accept(first, ...rest);
    };
    for (const name of ['a', 'b']) writeFileSync(scene.at(`${name}.diff`), creating(name));
    await scene.settle();
    assert.deepEqual(
      (await scene.patches()).map(({ title }) => title),
      ['Change b'],
    );
    assert.match(scene.round.facts.problem ?? '', /a\.diff: a defect/);
    assert.ok(existsSync(scene.at('a.diff')));
    ledger.accept = accept;
    await scene.settle();
    assert.match(scene.round.facts.problem ?? '', /a\.diff: a defect/, 'it is not tried every time');
    (scene.world.needs.clock as HandClock).advance(30_000);
    await scene.round.go();
    assert.equal((await scene.patches()).length, 2);
    assert.equal(scene.round.facts.problem, null);
  });

  it('touches nothing that lies beside the folders of the workspaces', async (test) => {
    const scene = await aScene(test);
    writeFileSync(join(scene.root, 'a.diff'), creating('a'));
    mkdirSync(join(scene.root, 'unknown'));
    writeFileSync(join(scene.root, 'unknown', 'b.diff'), creating('b'));
    await scene.settle();
    assert.deepEqual(await scene.patches(), []);
    assert.equal(scene.round.facts.strays, 2);
    await scene.world.workspace('unknown');
    await scene.settle();
    assert.deepEqual(
      (await scene.patches()).map(({ workspace }) => workspace),
      ['unknown'],
    );
  });

  it('takes nothing from a folder that everybody may write to, or that is a link, unless told otherwise', async (test) => {
    const scene = await aScene(test);
    writeFileSync(scene.at('a.diff'), creating('a'));
    chmodSync(scene.at(), 0o777);
    await scene.settle();
    assert.match(scene.round.facts.problem ?? '', /everybody may write into .*main \(mode 777\)/);
    assert.deepEqual(await scene.patches(), []);
    chmodSync(scene.at(), 0o700);
    renameSync(scene.at(), join(scene.root, 'elsewhere'));
    symlinkSync(join(scene.root, 'elsewhere'), scene.at());
    await scene.settle();
    assert.match(scene.round.facts.problem ?? '', /main is no folder/);
    assert.deepEqual(await scene.patches(), []);
  });

  it('is not opened where everybody may write, by a second process, or in place of a file', async (test) => {
    const { root } = await aScene(test);
    const opening = (given: string, worldWritable: 'refused' | 'allowed' = 'refused') =>
      openInbox({ root: given, worldWritable, mostBytes: 1 });
    await assert.rejects(opening(root), /GHOST_INBOX is .*another process takes/);
    const open = temporaryFolder('open');
    chmodSync(open, 0o1777);
    await assert.rejects(
      opening(open),
      /everybody may write into .* \(mode 1777\).*GHOST_INBOX_WORLD_WRITABLE=allowed/,
    );
    (await opening(open, 'allowed')).close();
    const linked = temporaryFolder('linked');
    symlinkSync(join(root, 'main'), join(linked, '.inbox.lock'));
    await assert.rejects(opening(linked), /\.inbox\.lock, which is no file/);
    const file = join(temporaryFolder('file'), 'file');
    writeFileSync(file, '');
    await assert.rejects(opening(file), /GHOST_INBOX/);
  });

  it('lets a group that shares the inbox leave files and read papers, and write no papers', async (test) => {
    const root = join(temporaryFolder('inbox'), 'shared');
    mkdirSync(root);
    chmodSync(root, 0o2770);
    const scene = await aScene(test, { root });
    const mode = (...names: readonly string[]) => (lstatSync(scene.at(...names)).mode & 0o7777).toString(8);
    assert.deepEqual(
      [mode(), mode('accepted'), mode('refused'), mode('.taking')],
      ['3770', '2750', '2750', '700'],
    );
  });

  it('is not fooled by the date of a file', async (test) => {
    const scene = await aScene(test);
    writeFileSync(scene.at('old.diff'), creating('a'));
    utimesSync(scene.at('old.diff'), 1, 1);
    await scene.round.go();
    assert.deepEqual(await scene.patches(), []);
    await scene.settle();
    assert.equal((await scene.patches()).length, 1);
  });
});
