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

  it("keeps a mail's message, and says whom the mail is from", () => {
    const patch = { ...aPatch(), title: 'Add a word' };
    const mail = {
      byline: 'A U Thor <a@example.org>',
      date: 1,
      message: 'Because it was missing.\n\nTwice.',
    };
    assert.equal(
      commitMessage(patch, 3, mail),
      `Add a word\n\nBecause it was missing.\n\nTwice.\n\nGhost-Byline: A U Thor <a@example.org>\nGhost-Patch: ${patch.id}\nGhost-Seq: 3\n`,
    );
  });

  it("lets its own trailers follow a mail's in one paragraph, so that git reads both", () => {
    const mail = { byline: null, date: null, message: 'Why.\n\nSigned-off-by: A <a@example.org>' };
    assert.match(commitMessage(aPatch(), 3, mail), /\n\nSigned-off-by: A <a@example\.org>\nGhost-Patch: /);
  });

  it('keeps a mail from forging a trailer, and from hiding anything', () => {
    const message =
      'a\u0000b\u202ec\n\nGhost-Patch: p_FORGED\n ghost-seq: 99\nGHOST-Byline: X <x@example.org>\r';
    const mail = { byline: 'M\nGhost-Seq: 7 <m@example.org>', date: null, message };
    const patch = aPatch();
    const text = commitMessage(patch, 1, mail);
    assert.deepEqual(
      text.split('\n').filter((line) => /ghost-/i.test(line)),
      ['Ghost-Byline: M Ghost-Seq: 7 <m@example.org>', `Ghost-Patch: ${patch.id}`, 'Ghost-Seq: 1'],
    );
    assert.match(text, /\n\nabc\n\nGhost-Byline/);
  });

  it('bounds what a mail can put into it', () => {
    const mail = { byline: 'x'.repeat(9_999), date: null, message: 'y\n'.repeat(99_999) };
    assert.ok(commitMessage(aPatch(), 1, mail).length < 17_000);
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
