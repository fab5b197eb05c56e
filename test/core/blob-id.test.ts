import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { it } from 'node:test';
import { blobIdOf } from '../../src/core/blob-id.ts';
import type { TreeId } from '../../src/core/git.ts';

it('a blob has the id that git gives it', () => {
  for (const text of ['', 'hello\n', 'ü\0\r\n']) {
    const bytes = Buffer.from(text);
    const id = execFileSync('git', ['hash-object', '-t', 'blob', '--stdin', '--no-filters'], {
      input: bytes,
      encoding: 'utf8',
    }).trim();
    assert.equal(blobIdOf(bytes, '0'.repeat(40) as TreeId), id);
  }
});

it('a blob of a SHA-256 repository has an id of 64 digits', () => {
  assert.equal(
    blobIdOf(Buffer.from(''), '0'.repeat(64) as TreeId),
    '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
  );
});
