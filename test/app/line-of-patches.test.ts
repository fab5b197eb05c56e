import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { removeWorkspace } from '../../src/app/remove-workspace.ts';
import { aRepository, git, patchOf, write } from '../world/git.ts';
import { lineFor, stateOf } from '../world/line.ts';

const BRAVE = { 'greeting.txt': 'hello\nbrave\nworld\n' };

describe('a line of patches', () => {
  it('waits out the cooldown, is told until when, and is never dropped', async (test) => {
    const line = await lineFor(test);
    await line.submit(patchOf(line.repository, BRAVE));
    await line.next(10_000);
    const { patch } = await line.submit(patchOf(line.repository, { 'second.txt': 'second\n' }));
    line.clock.advance(4_000);
    const waiting = await line.next(10_000);
    const until = line.clock.now() + 6_000;
    assert.deepEqual(waiting, { kind: 'waiting', until });
    assert.equal((await stateOf(line, patch.id, 'queued')).notBefore, until);
    const told = await line.find(patch.id);
    await line.next(10_000);
    assert.equal((await line.find(patch.id)).version, told.version, 'it is told once');
    line.clock.advance(6_000);
    await line.next(10_000);
    await stateOf(line, patch.id, 'landed');
  });

  it('is checked again on the new base when somebody else moved the branch meanwhile', async (test) => {
    const repository = aRepository();
    let raced = false;
    const line = await lineFor(test, {
      repository,
      observe: (step) => {
        if (step !== 'intent-recorded' || raced) return;
        raced = true;
        write(repository, { 'other.txt': 'other\n' });
        git(repository, 'add', 'other.txt');
        git(repository, 'commit', '-q', '-m', 'Somebody else');
      },
    });
    const { patch } = await line.submit(patchOf(repository, BRAVE));
    await line.next();
    await stateOf(line, patch.id, 'queued');
    await line.next();
    const { intent } = await stateOf(line, patch.id, 'landed');
    assert.equal(intent.landingSeq, 1);
    assert.deepEqual(git(repository, 'log', '--format=%s', 'main').split('\n'), [
      'Change greeting.txt',
      'Somebody else',
      'Begin',
    ]);
  });

  it('goes in order of acceptance, and the numbers of the landings have no gap', async (test) => {
    const line = await lineFor(test);
    const bodies = ['one', 'two', 'three'].map((name) =>
      patchOf(line.repository, { [`${name}.txt`]: `${name}\n` }),
    );
    for (const body of bodies) await line.submit(body);
    const rejected = await line.submit('--- a/no.txt\n+++ b/no.txt\n@@ -1 +1 @@\n-a\n+b\n');
    const last = await line.submit(patchOf(line.repository, { 'four.txt': 'four\n' }));
    while ((await line.next()).kind === 'moved');
    await stateOf(line, rejected.patch.id, 'rejected');
    assert.equal((await stateOf(line, last.patch.id, 'landed')).intent.landingSeq, 4);
    assert.equal(
      git(
        line.repository,
        'log',
        '--reverse',
        '--format=%(trailers:key=Ghost-Seq,valueonly,separator=)',
        'main',
      ).trim(),
      '1\n2\n3\n4',
    );
  });

  it('waits, blameless, while the policy cannot be read', async (test) => {
    const line = await lineFor(test);
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    write(line.installation.config.home.data, { 'policy.yml': 'checs: []\n' });
    const next = await line.next();
    assert.match(next.kind === 'paused' ? next.reason : next.kind, /policy\.yml.*checs/);
    await stateOf(line, patch.id, 'queued');
    write(line.installation.config.home.data, { 'policy.yml': 'checks: []\n' });
    await line.next();
    await stateOf(line, patch.id, 'landed');
  });

  it('is not taken by a holder of the workspace that had the name before', async (test) => {
    const line = await lineFor(test);
    await removeWorkspace(line.needs, { name: 'main', actor: 'test' });
    line.clock.advance(1);
    await line.needs.workspaces.add({ ...line.holding.workspace, addedAt: line.clock.now() });
    const { patch } = await line.submit(patchOf(line.repository, BRAVE));
    assert.deepEqual(await line.next(), { kind: 'paused', reason: 'the workspace was removed' });
    await stateOf(line, patch.id, 'queued');
  });

  it('is not begun on a branch from which somebody took what had landed', async (test) => {
    const line = await lineFor(test);
    const base = git(line.repository, 'rev-parse', 'main');
    await line.submit(patchOf(line.repository, BRAVE));
    await line.next();
    const { patch } = await line.submit(patchOf(line.repository, { 'second.txt': 'second\n' }));
    git(line.repository, 'reset', '-q', '--hard', base);
    const next = await line.next();
    assert.match(next.kind === 'broken' ? next.problem : next.kind, /does not contain the landed commit/);
    await stateOf(line, patch.id, 'queued');
  });
});
