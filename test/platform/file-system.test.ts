import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileSystemOf, tryFileSystem } from '../../src/platform/file-system.ts';

function folder(test: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'ghost-file-system-'));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe('trying a file system', () => {
  it('answers null where everything works, and leaves nothing behind', async (test) => {
    const path = folder(test);
    assert.equal(await tryFileSystem(path), null);
    assert.deepEqual(readdirSync(path), []);
  });

  it('answers what was tried, what came of it and what was expected', async (test) => {
    const path = folder(test);
    const odd = { what: 'something', expected: 'a thing', run: async () => 'another' };
    assert.deepEqual(await tryFileSystem(path, [odd]), {
      what: 'something',
      got: 'another',
      expected: 'a thing',
    });
    const thrown = { ...odd, run: () => Promise.reject(new Error('ENOTSUP: not supported')) };
    assert.equal((await tryFileSystem(path, [thrown]))?.got, 'ENOTSUP: not supported');
    assert.deepEqual(readdirSync(path), []);
  });

  it('names kinds of file systems', async () => {
    assert.equal(await fileSystemOf('/proc'), 'a file system of type 0x9fa0');
    assert.equal(await fileSystemOf('/nowhere/at/all'), 'a file system that does not tell its type');
  });
});
