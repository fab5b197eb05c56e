import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { deflateSync } from 'node:zlib';
import { landNextPatch } from '../../../src/app/land-next-patch.ts';
import { revertPatch } from '../../../src/app/revert-patch.ts';
import { replayLanding } from '../../../src/app/verify/replay-landing.ts';
import { verifyWorkspace } from '../../../src/app/verify/verify-workspace.ts';
import type { CommitId, TreeId } from '../../../src/core/git.ts';
import type { Patch } from '../../../src/core/patch/patch.ts';
import { creating } from '../../world/diffs.ts';
import { git, patchOf } from '../../world/git.ts';
import { lineFor, stateOf, type TestLine } from '../../world/line.ts';

const LINES = Array.from({ length: 20 }, (_, at) => `line ${at + 1}`);
const text = (changes: Readonly<Record<number, string>>) =>
  `${LINES.map((line, at) => changes[at + 1] ?? line).join('\n')}\n`;

async function land(
  line: TestLine,
  body: string,
  more: Parameters<TestLine['submit']>[1] = {},
): Promise<Patch> {
  const { patch } = await line.submit(body, more);
  await line.next();
  await stateOf(line, patch.id, 'landed');
  return line.find(patch.id);
}

async function replayed(line: TestLine, id: string, intent: { tree?: TreeId; commit?: CommitId } = {}) {
  const patch = await line.find(id);
  assert.ok(patch.state.name === 'landed');
  const asked = { patch, intent: { ...patch.state.intent, ...intent } };
  return (await replayLanding(line.needs, line.holding, asked)).problems;
}

/** Writes other content under the name of a loose object, as nothing but damage or malice does. */
function overwrite(line: TestLine, id: string, type: string, content: string | Uint8Array): void {
  const file = join(line.repository, '.git', 'objects', id.slice(0, 2), id.slice(2));
  chmodSync(file, 0o644);
  writeFileSync(
    file,
    deflateSync(
      Buffer.concat([Buffer.from(`${type} ${Buffer.byteLength(content)}\0`), Buffer.from(content)]),
    ),
  );
}

/** What a tree object holds, byte for byte. */
function bytesOf(repository: string, tree: string): Buffer {
  return execFileSync('git', ['cat-file', 'tree', tree], { cwd: repository });
}

function blobOf(repository: string): string {
  return git(repository, 'hash-object', '-w', 'greeting.txt');
}

function entry(name: string, blob: string): Buffer {
  return Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, 'hex')]);
}

async function aLandedLine(test: TestContext) {
  const line = await lineFor(test);
  const { id, state } = await land(line, patchOf(line.repository, { 'f.txt': text({}), 'sub/g.txt': 'g\n' }));
  assert.ok(state.name === 'landed');
  return { line, id, intent: state.intent };
}

describe('doing a landed patch again', () => {
  it('gives the tree of every kind of landing again, and writes nothing into the repository', async (test) => {
    const { line } = await aLandedLine(test);
    const { repository, needs, holding } = line;
    // A hunk that fits nowhere any more, merged with the version that it was made from.
    const made = patchOf(repository, { 'f.txt': text({ 10: 'theirs' }) });
    await land(line, patchOf(repository, { 'f.txt': text({ 8: 'ours 8', 12: 'ours 12' }) }));
    const merged = await land(line, made, { merge: 'three-way' });
    // A revert, and text that only a revert may bring.
    const { patch: revert } = await revertPatch(needs, { id: merged.id, author: 'test', origin: 'http' });
    await line.next();
    await stateOf(line, revert.id, 'landed');
    // A rename, and a folder that becomes a file.
    await land(line, patchOf(repository, { 'sub/g.txt': null, 'moved.txt': 'g\n' }));
    await land(line, creating('sub', 'a file now'));
    // A sensitive path that the policy of that day allowed.
    await needs.policy.rulesFor('main').then(({ allowPaths }) => assert.deepEqual(allowPaths, []));
    const allowed = { ...needs, policy: allowing(line, ['ghost.yml']) };
    const gate = `${git(repository, 'show', 'main:ghost.yml')}\n`;
    const { patch: sensitive } = await line.submit(patchOf(repository, { 'ghost.yml': `${gate}# more\n` }));
    await landNextPatch(allowed, holding, { cooldownMs: 0, waived: null, branch: 'kept' });
    await stateOf(line, sensitive.id, 'landed');
    // Without a gate, as `ghost apply --ungated` lands it.
    const { patch: waived } = await line.submit(creating('broken'));
    await landNextPatch(needs, holding, { cooldownMs: 0, waived: waived.id, branch: 'kept' });
    await stateOf(line, waived.id, 'landed');

    const before = git(repository, 'count-objects', '-v');
    const report = await verifyWorkspace(needs, 'main');
    assert.deepEqual(report.problems, []);
    assert.deepEqual([report.landed, report.replayed], [8, 8]);
    assert.equal(git(repository, 'count-objects', '-v'), before);

    const seen: number[] = [];
    const some = await verifyWorkspace(needs, 'main', {
      replay: { from: 6 },
      progress: (verified) => seen.push(verified),
    });
    assert.deepEqual([some.ok, some.replayed, seen.at(-1)], [true, 3, 8]);
    const none = await verifyWorkspace(needs, 'main', { replay: 'none', progress: () => undefined });
    assert.deepEqual([none.ok, none.replayed], [true, 0]);
  });

  it('names a commit whose tree has more than its text says', async (test) => {
    const { line, id, intent } = await aLandedLine(test);
    const { repository } = line;
    const blob = git(repository, 'hash-object', '-w', 'greeting.txt');
    git(repository, 'read-tree', intent.tree);
    git(repository, 'update-index', '--add', '--cacheinfo', `100644,${blob},smuggled.txt`);
    const more = git(repository, 'write-tree') as TreeId;
    git(repository, 'read-tree', 'HEAD');
    assert.deepEqual(await replayed(line, id, { tree: more }), [
      `${intent.commit} has tree ${more}; the text of ${id} applied to its parent gives ${intent.tree}`,
    ]);
  });

  it('names a file, a folder and a commit whose objects were exchanged on the disk', async (test) => {
    const file = await aLandedLine(test);
    const [, , blob = ''] = git(file.line.repository, 'ls-tree', file.intent.tree, 'f.txt').split(/\s/);
    overwrite(file.line, blob, 'blob', 'something else\n');
    assert.deepEqual(await replayed(file.line, file.id), [
      `${file.intent.commit} of ${file.id} cannot be replayed: Blob ${blob} does not have the content that its id names.`,
    ]);

    for (const place of ['the top', 'a folder that it touches'] as const) {
      const folder = await aLandedLine(test);
      const { repository } = folder.line;
      const of = place === 'the top' ? folder.intent.tree : `${folder.intent.tree}:sub`;
      const id = git(repository, 'rev-parse', of);
      // Smuggled in beside what the landing touched: neither its digests nor the tree that its text gives show that.
      const more = Buffer.concat([bytesOf(repository, id), entry('zz.txt', blobOf(repository))]);
      overwrite(folder.line, id, 'tree', more);
      const { problems } = await verifyWorkspace(folder.line.needs, 'main');
      assert.deepEqual(problems, [
        `${folder.intent.commit} of ${folder.id} cannot be replayed: Tree ${id} does not have the content that its id names.`,
      ]);
    }

    const commit = await aLandedLine(test);
    const content = `${git(commit.line.repository, 'cat-file', 'commit', commit.intent.commit)}\n`;
    overwrite(
      commit.line,
      commit.intent.commit,
      'commit',
      content.replace('<ghost', '<Ghost').replace('Ghost-Seq: 1', 'Ghost-Seq: 2'),
    );
    const report = await verifyWorkspace(commit.line.needs, 'main');
    assert.match(
      report.problems.join('\n'),
      new RegExp(`Commit ${commit.intent.commit} does not have the content`),
    );
  });

  it('names a text that was exchanged', async (test) => {
    const { line, id, intent } = await aLandedLine(test);
    const { ledger } = line.needs;
    const exchanged = { ...ledger, body: async () => Buffer.from(creating('f.txt', 'other')) };
    const patch = await line.find(id);
    const { problems } = await replayLanding({ ...line.needs, ledger: exchanged }, line.holding, {
      patch,
      intent,
    });
    assert.match(
      problems.join(),
      new RegExp(`^${intent.commit} has tree ${intent.tree}; the text of ${id} applied`),
    );
  });
});

function allowing(line: TestLine, allowPaths: readonly string[]): TestLine['needs']['policy'] {
  const { policy } = line.needs;
  return {
    rulesFor: async (name) => ({ ...(await policy.rulesFor(name)), allowPaths }),
    addCheck: (...args) => policy.addCheck(...args),
    removeChecks: (...args) => policy.removeChecks(...args),
  };
}
