import assert from 'node:assert/strict';
import { it } from 'node:test';
import { approvePatch } from '../../../src/app/approvals/approve-patch.ts';
import { patchArtifact, patchSummary } from '../../../src/app/patch-reads.ts';
import { releaseHeld } from '../../../src/app/release-held.ts';
import { verdictsIn } from '../../../src/core/evidence/summary.ts';
import { BROWSER_MISSING } from '../../world/camera.ts';
import { aRepository, patchOf } from '../../world/git.ts';
import { lineFor, stateOf } from '../../world/line.ts';

const GATE = `checks:
  - name: page is there
    run: test -e index.html
  - name: pages
    kind: visual
    pages: [{name: home, path: /, width: 300, height: 200}]
`;
const FILES = { 'ghost.yml': GATE, 'index.html': '<h1>Shop</h1>\n' };

it('a wanted change of a page waits with its pictures for an approver, and lands when somebody approved it', {
  skip: BROWSER_MISSING,
}, async (test) => {
  const line = await lineFor(test, { repository: aRepository(FILES) });
  const { patch } = await line.submit(patchOf(line.repository, { 'index.html': '<h1>Store</h1>\n' }));
  await line.next();
  const { reason } = await stateOf(line, patch.id, 'held');
  assert.equal(reason, 'needs_approval');

  const entries = await line.needs.chains.entriesAbout(patch.id);
  const verdicts = verdictsIn(entries.findLast(({ type }) => type === 'patch.checked')?.data);
  const artifacts = verdicts.flatMap((one) => one.artifacts ?? []);
  assert.deepEqual(
    artifacts.map(({ name }) => name),
    ['home-before.png', 'home-after.png', 'home-difference.png'],
  );
  for (const { sha256, bytes } of artifacts)
    assert.equal((await patchArtifact(line.needs, patch.id, sha256)).bytes.length, bytes);

  await approvePatch(line.needs, { id: patch.id, actor: 'ada' });
  await releaseHeld(line.needs, line.holding);
  await line.next();
  await stateOf(line, patch.id, 'landed');
  assert.match(await patchSummary(line.needs, patch.id, 'markdown'), /\| home \| [\d.]+ % \| !\[before\]/);
});
