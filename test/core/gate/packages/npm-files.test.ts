import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNpmFiles } from '../../../../src/core/gate/packages/npm-files.ts';
import { npmProblem } from '../../../../src/core/gate/packages/npm-problem.ts';

const ENTRY = { version: '1.0.0', resolved: 'https://registry.invalid/a.tgz', integrity: 'sha512-AAAA' };

function read(
  entry: object,
  manifest: object = { name: 'a', scripts: { test: 'x' }, dependencies: { a: '1' } },
) {
  const lock = { lockfileVersion: 3, packages: { '': {}, 'node_modules/a': entry } };
  return readNpmFiles(JSON.stringify(manifest), JSON.stringify(lock));
}

test('of package.json only what names packages decides what is installed', () => {
  const first = read(ENTRY);
  assert.ok(first.kind === 'files');
  assert.equal(first.files.manifest, '{"dependencies":{"a":"1"},"name":"a"}');
  const other = read(ENTRY, { dependencies: { a: '1' }, name: 'a', files: [], scripts: {} });
  assert.deepEqual(other, first);
});

test('what is not from a registry, or not by its content, is not installed; and it is said', () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ ...ENTRY, resolved: 'git+ssh://git@host.invalid/a.git#1' }, /not from a registry/],
    [{ ...ENTRY, resolved: 'file:../a' }, /not from a registry/],
    [{ ...ENTRY, integrity: undefined }, /without an `integrity`/],
    [{ ...ENTRY, integrity: 'sha1-AAAA' }, /without an `integrity`/],
    [{ link: true, resolved: 'packages/a' }, /a folder of the repository/],
  ];
  for (const [entry, why] of cases) {
    const found = read(entry);
    assert.ok(found.kind === 'unsupported');
    assert.match(found.why, why);
  }
  assert.equal(read(ENTRY, { workspaces: ['packages/*'] }).kind, 'unsupported');
  assert.equal(readNpmFiles('{}', '{"lockfileVersion":1,"dependencies":{}}').kind, 'unsupported');
  assert.equal(read({ ...ENTRY, resolved: undefined, integrity: undefined, inBundle: true }).kind, 'files');
  assert.deepEqual([readNpmFiles('[', '{}').kind, readNpmFiles('{}', '7').kind], ['faulty', 'faulty']);
});

test('what npm says tells whose fault it is, and what nobody knows is ours', () => {
  const said = (code: string) =>
    npmProblem(`npm error code ${code}\nnpm error in words\nnpm error A complete log of this run`);
  assert.deepEqual(said('EINTEGRITY'), {
    whose: 'author',
    why: 'a package is not what package-lock.json says it is (EINTEGRITY): in words',
  });
  for (const code of ['EUSAGE', 'E404', 'ETARGET']) assert.equal(said(code).whose, 'author');
  for (const code of ['ECONNREFUSED', 'E503', 'ENOSPC', 'constructor'])
    assert.equal(said(code).whose, 'ours');
  assert.equal(npmProblem('').whose, 'ours');
});
