import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ROOT } from './compose.ts';

function bootstrap(...args: readonly string[]) {
  return spawnSync(join(ROOT, 'scripts/bootstrap-secrets.sh'), args, { encoding: 'utf8' });
}

function aFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'ghost-secrets-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'made here');
}

function contentsOf(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('scripts/bootstrap-secrets.sh', () => {
  it('makes other secrets each time, in a folder that is closed to others, and shows none', (t) => {
    const folders = [aFolder(t), aFolder(t)];
    const [first = {}, second = {}] = folders.map((folder) => {
      const { status, stdout, stderr } = bootstrap(folder);
      assert.deepEqual([status, stdout], [0, '']);
      assert.equal(modeOf(folder), 0o700);
      const made = contentsOf(folder);
      for (const [name, content] of Object.entries(made)) {
        assert.equal(modeOf(join(folder, name)), 0o444, name);
        for (const [secret] of content.matchAll(/[0-9a-f]{64,}/g)) assert.ok(!stderr.includes(secret), name);
      }
      return made;
    });
    assert.equal(Object.keys(first).length, 5);
    assert.deepEqual(Object.keys(first), Object.keys(second));
    for (const [name, content] of Object.entries(first)) {
      assert.match(content, /[0-9a-f]{64}/, name);
      assert.notEqual(content, second[name], name);
    }
  });

  it('keeps every file that is there, and makes one that is missing', (t) => {
    const folder = aFolder(t);
    assert.equal(bootstrap(folder).status, 0);
    const before = contentsOf(folder);
    rmSync(join(folder, 'ledger-url'));
    assert.equal(bootstrap(folder).status, 0);
    const { 'ledger-url': made, ...kept } = contentsOf(folder);
    assert.deepEqual({ ...kept, 'ledger-url': before['ledger-url'] }, before);
    assert.notEqual(made, before['ledger-url']);
  });

  it('makes no half of a pair of files with one password', (t) => {
    for (const half of ['redis-url', 'redis-users']) {
      const folder = aFolder(t);
      assert.equal(bootstrap(folder).status, 0);
      rmSync(join(folder, half));
      const before = contentsOf(folder);
      const { status, stderr } = bootstrap(folder);
      assert.equal(status, 1);
      assert.match(stderr, /move both away, or none/);
      assert.deepEqual(contentsOf(folder), before);
    }
  });

  it('tells what it does when asked, and does nothing with words that it does not know', (t) => {
    const folder = aFolder(t);
    assert.match(bootstrap('--help').stdout, /^Usage: scripts\/bootstrap-secrets\.sh \[FOLDER\]/);
    for (const words of [['--force'], [folder, folder]]) {
      const { status, stdout, stderr } = bootstrap(...words);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /^Usage: /);
    }
    assert.throws(() => statSync(folder));
  });
});
