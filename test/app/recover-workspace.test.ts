import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recoverWorkspace } from '../../src/app/recover-workspace.ts';
import { git, patchOf } from '../world/git.ts';
import { aLine } from '../world/line.ts';

const BRAVE = { 'greeting.txt': 'hello\nbrave\nworld\n' };

describe('recovery', () => {
  it('rolls the branch forward when a landed commit was taken back to its base', async (test) => {
    const line = await aLine();
    test.after(() => line.close());
    const base = git(line.repository, 'rev-parse', 'main');
    await line.submit(patchOf(line.repository, BRAVE));
    await line.next();
    const landed = git(line.repository, 'rev-parse', 'main');
    git(line.repository, 'update-ref', 'refs/heads/main', base);
    assert.deepEqual(await recoverWorkspace(line.needs, line.holding), { kind: 'recovered' });
    assert.equal(git(line.repository, 'rev-parse', 'main'), landed);
  });

  it('stops and says so when the branch was rewritten without what had landed', async (test) => {
    const line = await aLine();
    test.after(() => line.close());
    await line.submit(patchOf(line.repository, BRAVE));
    await line.next();
    git(line.repository, 'checkout', '-q', '--orphan', 'elsewhere');
    git(line.repository, 'commit', '-q', '-m', 'Another root');
    git(line.repository, 'update-ref', 'refs/heads/main', git(line.repository, 'rev-parse', 'elsewhere'));
    const recovered = await recoverWorkspace(line.needs, line.holding);
    assert.equal(recovered.kind, 'rewritten');
    assert.match(
      recovered.kind === 'rewritten' ? recovered.problem : '',
      /does not contain the landed commit/,
    );
  });
});
