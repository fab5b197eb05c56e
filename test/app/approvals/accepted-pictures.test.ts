import assert from 'node:assert/strict';
import { it } from 'node:test';
import { approvePatch } from '../../../src/app/approvals/approve-patch.ts';
import { BROWSER_MISSING } from '../../world/camera.ts';
import { aRepository, patchOf } from '../../world/git.ts';
import { lineFor, stateOf } from '../../world/line.ts';

const FILES = {
  'index.html': '<!doctype html><h1>Shop</h1>',
  'ghost.yml':
    'checks:\n  - name: pages\n    kind: visual\n    pages: [{ name: home, path: /, width: 100, height: 100 }]\n',
};

it('an approval from before there were pictures accepts none; one after them does', {
  skip: BROWSER_MISSING,
}, async (t) => {
  const line = await lineFor(t, { repository: aRepository(FILES) });
  const body = patchOf(line.repository, { 'index.html': '<!doctype html><h1>Sold</h1>' });
  const { patch } = await line.submit(body, { author: 'eve' });
  assert.equal((await approvePatch(line.needs, { id: patch.id, actor: 'ada' })).wanting, null);
  await line.next();
  const held = await stateOf(line, patch.id, 'held');
  assert.match(held.detail ?? '', /^needs an approval of what was found by check pages/);

  const given = await approvePatch(line.needs, { id: patch.id, actor: 'ada' });
  assert.equal(given.repeated, false);
  await line.next();
  await stateOf(line, patch.id, 'landed');
});
