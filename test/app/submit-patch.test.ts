import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { retryPatch } from '../../src/app/retry-patch.ts';
import { revertPatch } from '../../src/app/revert-patch.ts';
import { GhostError } from '../../src/core/errors.ts';
import { git, patchOf, write } from '../world/git.ts';
import { aLine } from '../world/line.ts';

async function lineFor(test: TestContext) {
  const line = await aLine();
  test.after(() => line.close());
  return line;
}

const ABSENT = '--- a/absent.txt\n+++ b/absent.txt\n@@ -1 +1 @@\n-a\n+b\n';

function coded(code: string) {
  return (error: unknown) => error instanceof GhostError && error.code === code;
}

describe('submitting', () => {
  it('answers the same content with the first receipt until that patch is rejected', async (test) => {
    const line = await lineFor(test);
    const body = ABSENT;
    const first = await line.submit(body);
    const again = await line.submit(body);
    assert.deepEqual([again.patch.id, again.repeated], [first.patch.id, true]);
    await line.next();
    assert.equal((await line.submit(body)).repeated, false);
  });

  it('makes a new patch for a new idempotency key or with force, and refuses a key with other content', async (test) => {
    const line = await lineFor(test);
    const body = patchOf(line.repository, { 'new.txt': 'new\n' });
    const first = await line.submit(body, { idempotencyKey: 'k1' });
    assert.equal((await line.submit(body, { idempotencyKey: 'k1' })).patch.id, first.patch.id);
    assert.notEqual((await line.submit(body, { idempotencyKey: 'k2' })).patch.id, first.patch.id);
    assert.notEqual((await line.submit(body, { force: true })).patch.id, first.patch.id);
    await assert.rejects(
      line.submit(patchOf(line.repository, { 'new.txt': 'other\n' }), { idempotencyKey: 'k1' }),
      coded('idempotency_conflict'),
    );
  });

  it('refuses what is no patch, telling the faults, and stores nothing', async (test) => {
    const line = await lineFor(test);
    await assert.rejects(line.submit('good morning'), coded('patch_unparsable'));
    await assert.rejects(line.submit(''), coded('patch_unparsable'));
    await assert.rejects(
      line.submit('--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n'),
      coded('patch_unparsable'),
    );
    await assert.rejects(
      line.submit('--- a/.git/config\n+++ b/.git/config\n@@ -1 +1 @@\n-a\n+b\n'),
      coded('patch_unparsable'),
    );
    assert.deepEqual(await line.needs.ledger.list({ limit: 10 }), []);
  });

  it('refuses a workspace that is not there, naming those that are', async (test) => {
    const line = await lineFor(test);
    await assert.rejects(line.submit('x', { workspace: 'elsewhere' }), /no workspace elsewhere; known: main/);
  });
});

describe('reverting', () => {
  it('lands a new patch that brings the tree back', async (test) => {
    const line = await lineFor(test);
    const before = git(line.repository, 'rev-parse', 'main^{tree}');
    const { patch } = await line.submit(
      patchOf(line.repository, { 'greeting.txt': 'changed\n', 'new.txt': 'new\n' }),
      { title: 'Change it' },
    );
    await line.next();
    const reverted = await revertPatch(line.needs, { id: patch.id, author: 'test', origin: 'http' });
    assert.deepEqual(reverted.patch.lineage, { kind: 'reverts', patch: patch.id });
    await line.next();
    assert.equal((await line.find(reverted.patch.id)).state.name, 'landed');
    assert.equal(git(line.repository, 'rev-parse', 'main^{tree}'), before);
    assert.equal(git(line.repository, 'log', '-1', '--format=%s', 'main'), 'Revert "Change it"');
  });

  it('brings back text that a patch could not bring now: it stood there before the rules asked for it', async (test) => {
    const line = await lineFor(test);
    write(line.repository, { 'old.js': 'one();\n// ... existing code ...\nif (admin\u202e) two();\n' });
    git(line.repository, 'add', '-A');
    git(line.repository, 'commit', '-q', '-m', 'Older than the rules');
    const before = git(line.repository, 'rev-parse', 'main^{tree}');
    const { patch } = await line.submit(patchOf(line.repository, { 'old.js': 'one();\n' }));
    await line.next();
    const reverted = await revertPatch(line.needs, { id: patch.id, author: 'test', origin: 'http' });
    await line.next();
    assert.equal((await line.find(reverted.patch.id)).state.name, 'landed');
    assert.equal(git(line.repository, 'rev-parse', 'main^{tree}'), before);
  });

  it('is refused for a patch that did not land', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(patchOf(line.repository, { 'new.txt': 'new\n' }));
    await assert.rejects(
      revertPatch(line.needs, { id: patch.id, author: 'test', origin: 'http' }),
      coded('act_impossible'),
    );
  });
});

describe('retrying', () => {
  it('makes a new patch of the same content, linked to the one that ended', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(ABSENT);
    await assert.rejects(
      retryPatch(line.needs, { id: patch.id, author: 'test', origin: 'http' }),
      coded('act_impossible'),
    );
    await line.next();
    const retried = await retryPatch(line.needs, { id: patch.id, author: 'test', origin: 'http' });
    assert.deepEqual(
      [retried.patch.lineage, retried.patch.digest],
      [{ kind: 'retries', patch: patch.id, after: patch.id }, patch.digest],
    );
  });

  it('reads and merges it as the first was', async (test) => {
    const line = await lineFor(test);
    // As a diff it changes x, as it would be recognised absent.txt.
    const body = `\`\`\`\nabsent.txt\n<<<<<<< SEARCH\na\n=======\n${ABSENT.replaceAll('absent.txt', 'x')}>>>>>>> REPLACE\n\`\`\`\n`;
    const { patch } = await line.submit(body, {
      format: 'unified-diff',
      merge: 'three-way',
      externalId: 'mine',
    });
    await line.next();
    const retried = await retryPatch(line.needs, { id: patch.id, author: 'test', origin: 'http' });
    const { format, merge, externalId, title } = retried.patch;
    assert.deepEqual(
      { format, merge, externalId, title },
      { format: 'unified-diff', merge: 'three-way', externalId: 'mine', title: patch.title },
    );
    assert.notEqual((await line.submit(body)).patch.format, 'unified-diff');
  });
});
