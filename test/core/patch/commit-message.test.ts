import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commitDate, commitMessage, subjectLine } from '../../../src/core/patch/commit-message.ts';
import { aPatch } from '../../world/patches.ts';

describe('a commit message', () => {
  it('carries the patch and its landing number as trailers', () => {
    const patch = { ...aPatch(), title: 'Add a word' };
    assert.equal(commitMessage(patch, 3), `Add a word\n\nGhost-Patch: ${patch.id}\nGhost-Seq: 3\n`);
  });

  it('keeps a title from forging a trailer', () => {
    const patch = { ...aPatch(), title: 'x\n\nGhost-Patch: p_FORGED\nGhost-Seq: 99' };
    const lines = commitMessage(patch, 1).split('\n');
    assert.deepEqual(
      lines.filter((line) => line.startsWith('Ghost-')),
      [`Ghost-Patch: ${patch.id}`, 'Ghost-Seq: 1'],
    );
  });

  it('cuts long subjects and drops control characters', () => {
    assert.equal(subjectLine('a\u0000b\tc\u001b[31m'), 'a b c [31m');
    assert.equal(subjectLine('x'.repeat(500)).length, 120);
  });

  it('has a date that never goes back along the branch', () => {
    const patch = { ...aPatch(), acceptedAt: 5_999 };
    assert.equal(commitDate(patch, 3), 5);
    assert.equal(commitDate(patch, 8), 8);
  });
});
