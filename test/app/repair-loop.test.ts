import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patchEvidence } from '../../src/app/patch-reads.ts';
import { repairRequestOf } from '../../src/app/repair-request-of.ts';
import { aRepository, git, patchOf, write } from '../world/git.ts';
import { lineFor, stateOf } from '../world/line.ts';

const SONG = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n';

test('an author who does as the repair request says lands in the next round', async (t) => {
  const line = await lineFor(t, { repository: aRepository({ 'song.txt': SONG }) });
  const wrong = '--- a/song.txt\n+++ b/song.txt\n@@ -4,2 +4,2 @@\n four\n-fife\n+FIVE\n';
  const { patch: first } = await line.submit(wrong);
  await line.next();
  await stateOf(line, first.id, 'rejected');
  const request = await repairRequestOf(line.needs, await line.find(first.id));
  const [fault] = request?.faults ?? [];
  assert.deepEqual(fault?.closest?.lines, ['four', 'five']);
  assert.deepEqual(
    [request?.base, request?.files[0]?.blob],
    [git(line.repository, 'rev-parse', 'main'), git(line.repository, 'rev-parse', 'main:song.txt')],
  );

  const repaired = wrong.replace('-fife', `-${fault?.closest?.lines[1]}`);
  const { patch: second } = await line.submit(repaired, { workspace: null, repairs: request?.patch ?? '' });
  await line.next();
  await stateOf(line, second.id, 'landed');
  assert.equal(git(line.repository, 'show', 'main:song.txt'), SONG.replace('five', 'FIVE').trimEnd());
  const { summary } = await patchEvidence(line.needs, second.id);
  assert.deepEqual(
    [summary.patch.lineage, summary.repair],
    [{ kind: 'repairs', patch: first.id, round: 1 }, null],
  );
});

test('a patch that was overtaken lands by a merge where it may, and the evidence says that it was merged', async (t) => {
  const repository = aRepository({ 'song.txt': SONG });
  const line = await lineFor(t, { repository });
  const patch = patchOf(repository, { 'song.txt': SONG.replace('five', 'FIVE') });
  const other = SONG.replace(/two|three|seven|eight/g, (word) => `${word}, and more`);
  write(repository, { 'song.txt': other });
  git(repository, 'commit', '-q', '-am', 'Somebody else was faster');

  const { patch: strict } = await line.submit(patch);
  await line.next();
  const { faults } = await stateOf(line, strict.id, 'rejected');
  assert.equal(faults[0]?.code, 'hunk_not_found');
  const { patch: merging } = await line.submit(patch, { repairs: strict.id, merge: 'three-way' });
  await line.next();
  await stateOf(line, merging.id, 'landed');
  assert.equal(git(repository, 'show', 'main:song.txt'), other.replace('five', 'FIVE').trimEnd());
  const { summary } = await patchEvidence(line.needs, merging.id);
  assert.deepEqual(summary.gates.at(-1)?.fits, [{ path: 'song.txt', fit: 'three-way' }]);
});
