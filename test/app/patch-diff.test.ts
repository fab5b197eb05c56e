import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { patchDiff } from '../../src/app/patch-reads.ts';
import { removeWorkspace } from '../../src/app/remove-workspace.ts';
import { patchOf } from '../world/git.ts';
import { lineFor } from '../world/line.ts';

describe('the diff of a patch', () => {
  it('is read from the repository once after it landed, and forgotten with its workspace', async (t) => {
    const line = await lineFor(t);
    const text = patchOf(line.repository, { 'greeting.txt': 'hello\nmoon\n' });
    const { patch } = await line.submit(text);
    let opened = 0;
    const needs = {
      ...line.needs,
      repositories: {
        ...line.needs.repositories,
        open: (workspace: Parameters<typeof line.needs.repositories.open>[0]) => {
          opened += 1;
          return line.needs.repositories.open(workspace);
        },
      },
    };
    const diff = async () => Buffer.from(await patchDiff(needs, patch.id)).toString();
    assert.equal(await diff(), text);
    assert.equal(opened, 0, 'before it landed it is the text as submitted');
    await line.next();
    const first = await diff();
    assert.match(first, /^-world\n\+moon$/m);
    assert.deepEqual([await diff(), await diff(), opened], [first, first, 1]);
    await removeWorkspace(needs, { name: 'main', actor: 'test' });
    await assert.rejects(diff(), { code: 'workspace_unknown' });
    const state = (await line.find(patch.id)).state;
    assert.ok(state.name === 'landed');
    const key = { namespace: 'diffs of main', name: `${state.intent.base}..${state.intent.commit}` };
    assert.equal(await needs.cache.get(key), null);
  });
});
