import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addWorkspace } from '../../src/app/add-workspace.ts';
import { projectOutbox } from '../../src/app/project-outbox.ts';
import { INTAKE_STEPS } from '../../src/app/take-in-file.ts';
import { verifyAudit } from '../../src/app/verify/verify-audit.ts';
import { creating } from '../world/diffs.ts';
import { aRepository, temporaryFolder } from '../world/git.ts';
import { type Installation, installationSettings, openInstallationFor } from '../world/installation.ts';
import { eventually, startProcess } from '../world/processes.ts';
import { stopped } from '../world/service.ts';

interface Scene {
  readonly installation: Installation;
  at(...names: readonly string[]): string;
  patches(): ReturnType<Installation['needs']['ledger']['list']>;
}

async function aScene(test: TestContext): Promise<Scene> {
  const root = temporaryFolder('inbox');
  const settings = { ...installationSettings(), GHOST_INBOX: root, GHOST_INBOX_QUIET: '200ms' };
  const installation = await openInstallationFor(settings);
  test.after(() => installation.close());
  const workspace = { name: 'main', repo: aRepository(), branch: 'main', checks: [], adopt: false };
  await addWorkspace(installation.needs, { ...workspace, actor: 'test' });
  mkdirSync(join(root, 'main'));
  return {
    installation,
    at: (...names) => join(root, 'main', ...names),
    patches: () => installation.needs.ledger.list({ limit: 1_000 }),
  };
}

function anInbox(test: TestContext, { installation }: Scene) {
  const inbox = startProcess('src/main/inbox.ts', installation.settings);
  test.after(() => inbox.process.kill('SIGKILL'));
  return inbox;
}

function names(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

describe('an inbox that dies by SIGKILL', { concurrency: 2 }, () => {
  for (const step of INTAKE_STEPS) {
    it(`when a file was ${step} is succeeded by one that counts the file once and loses nothing`, async (test) => {
      const scene = await aScene(test);
      writeFileSync(scene.at('a.diff'), creating('a'));
      writeFileSync(scene.at('b.txt'), 'good morning');
      const settings = { ...scene.installation.settings, DIE_AT: step };
      const dying = startProcess('test/crash/dying-inbox.ts', settings);
      assert.equal((await dying.ended).signal, 'SIGKILL', `${step} was reached`);

      const successor = anInbox(test, scene);
      await eventually(
        'both files are put away',
        () => !existsSync(scene.at('a.diff')) && !existsSync(scene.at('b.txt')),
      );
      await stopped(successor);
      const patches = await scene.patches();
      assert.deepEqual(
        patches.map(({ title }) => title),
        ['Change a'],
      );
      assert.deepEqual(names(scene.at('accepted')), ['a.diff', 'a.diff.receipt.json']);
      assert.deepEqual(names(scene.at('refused')), ['b.txt', 'b.txt.fault.json', 'b.txt.fault.txt']);
      const { receipt } = JSON.parse(readFileSync(scene.at('accepted', 'a.diff.receipt.json'), 'utf8'));
      assert.equal(receipt.id, patches[0]?.id);
      await projectOutbox(scene.installation.needs);
      assert.deepEqual((await verifyAudit(scene.installation.needs)).problems, []);
    });
  }

  it('again and again at random moments takes every one of 60 files exactly once', async (test) => {
    const scene = await aScene(test);
    const files = Array.from({ length: 60 }, (_, n) => `f${n}.diff`);
    for (const name of files) writeFileSync(scene.at(name), creating(name));
    const left = () => files.filter((name) => existsSync(scene.at(name))).length;
    for (const some of [50, 35, 20, 5]) {
      const inbox = anInbox(test, scene);
      await eventually(`${some} files are left`, () => left() <= some);
      inbox.process.kill('SIGKILL');
      await inbox.ended;
    }
    const last = anInbox(test, scene);
    await eventually('no file is left', () => left() === 0);
    await stopped(last);
    const patches = await scene.patches();
    assert.deepEqual(patches.map(({ title }) => title).sort(), files.map((name) => `Change ${name}`).sort());
    assert.deepEqual(
      names(scene.at('accepted')),
      files.flatMap((name) => [name, `${name}.receipt.json`]).sort(),
    );
  });
});

describe('an inbox with a slow writer', () => {
  it('takes the file whole, when the writer is done', async (test) => {
    const scene = await aScene(test);
    const inbox = anInbox(test, scene);
    await inbox.ready;
    const path = fileURLToPath(new URL('./children/slow-writer.ts', import.meta.url));
    const writer = fork(path, [scene.at('slow.diff')]);
    test.after(() => writer.kill('SIGKILL'));
    const text = creating('slow', 'line '.repeat(50));
    for (const piece of text.match(/[\s\S]{1,40}/g) ?? []) {
      writer.send(piece);
      await once(writer, 'message');
      // Another file goes all the way while this one is written: it has been passed over meanwhile.
      const name = `other-${text.indexOf(piece)}-${piece.length}.diff`;
      writeFileSync(scene.at(name), creating(name));
      await eventually(name, () => existsSync(scene.at('accepted', name)));
      assert.ok(existsSync(scene.at('slow.diff')));
    }
    writer.send(null as unknown as string);
    await eventually('the slow file', () => existsSync(scene.at('accepted', 'slow.diff')));
    await stopped(inbox);
    const found = (await scene.patches()).filter(({ title }) => title === 'Change slow');
    assert.deepEqual(
      found.map(({ size }) => size),
      [text.length],
    );
  });
});

describe('an inbox that cannot be trusted', () => {
  it('stops the start, saying what, where and what to do', async (test) => {
    const scene = await aScene(test);
    const settings = { ...scene.installation.settings, GHOST_INBOX: '/dev/null' };
    const inbox = startProcess('src/main/inbox.ts', settings);
    await assert.rejects(inbox.ready, /GHOST_INBOX is .*\/dev\/null/);
  });

  it('is refused to a second process while the first one lives', async (test) => {
    const scene = await aScene(test);
    const first = anInbox(test, scene);
    await first.ready;
    const second = anInbox(test, scene);
    await assert.rejects(second.ready, /GHOST_INBOX is .*another process takes/);
    await stopped(first);
  });
});
