import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run, type Tree } from '../world.ts';

const git = (path: string, ...lines: readonly string[]) =>
  `diff --git a/${path} b/${path}\n${lines.join('\n')}\n`;
const create = (path: string, text: string) => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${text}\n`;
const remove = (path: string, text: string) => `--- a/${path}\n+++ /dev/null\n@@ -1 +0,0 @@\n-${text}\n`;
const change = (path: string, old: string, now: string) =>
  `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-${old}\n+${now}\n`;
const rename = (from: string, to: string) =>
  `diff --git a/${from} b/${to}\nsimilarity index 100%\nrename from ${from}\nrename to ${to}\n`;
const deleted = (path: string, text: string, mode = '100644') =>
  git(path, `deleted file mode ${mode}`, `--- a/${path}`, '+++ /dev/null', '@@ -1 +0,0 @@', `-${text}`);
const created = (path: string, text: string, mode = '100644') =>
  git(path, `new file mode ${mode}`, '--- /dev/null', `+++ b/${path}`, '@@ -0,0 +1 @@', `+${text}`);
const open = (text: string) => `${text}\n\\ No newline at end of file`;
const toLink = (path: string, old: string, target: string) =>
  deleted(path, old) + created(path, open(target), '120000');

const MODULE = { mode: '160000', text: '' };

/** What a patch makes of a tree. */
const APPLIED: Readonly<Record<string, readonly [Tree, string, Tree]>> = {
  'a file becomes a link by a deletion and a creation of its path': [
    { f: 'x\n', g: '' },
    toLink('f', 'x', 'g'),
    { f: { mode: '120000', text: 'g' }, g: '' },
  ],
  'a link becomes an executable file': [
    { f: { mode: '120000', text: 'g' } },
    deleted('f', open('g'), '120000') + created('f', 'x', '100755'),
    { f: { mode: '100755', text: 'x\n' } },
  ],
  'a folder becomes a file when all below it is deleted, in whatever order': [
    { 'a/b': 'x\n', 'a/c/d': 'y\n', 'a/c/e': 'z\n', 'a.b': '' },
    remove('a/c/d', 'y') + create('a', 'new') + remove('a/b', 'x') + remove('a/c/e', 'z'),
    { 'a.b': '', a: 'new\n' },
  ],
  'a folder becomes the one file that stood in it': [{ 'a/b': 'x\n' }, rename('a/b', 'a'), { a: 'x\n' }],
  'a folder becomes a file when what stood in it moves elsewhere': [
    { 'a/b': 'x\n', 'a/c': 'y\n' },
    rename('a/b', 'b') + deleted('a/c', 'y') + created('a', 'new'),
    { b: 'x\n', a: 'new\n' },
  ],
  'a folder becomes a link': [
    { 'a/b': 'x\n', c: '' },
    created('a', open('c'), '120000') + deleted('a/b', 'x'),
    { a: { mode: '120000', text: 'c' }, c: '' },
  ],
  'a file becomes a folder that holds it': [{ a: 'x\n' }, rename('a', 'a/b'), { 'a/b': 'x\n' }],
};

for (const [name, [before, patch, after]] of Object.entries(APPLIED)) {
  test(name, () => {
    const result = run(before, patch);
    assert.deepEqual(result.kind === 'applied' ? result.tree : result.faults, after);
  });
}

/** What is refused, and by which codes. */
const REFUSED: Readonly<Record<string, readonly [Tree, string, readonly string[]]>> = {
  'a creation over a folder of which a file remains': [
    { 'f/g': 'x\n', 'f/h/i': 'y\n', 'f/h/j': '' },
    create('f', 'y') + remove('f/g', 'x') + remove('f/h/i', 'y'),
    ['file_exists'],
  ],
  'a creation over a folder of which a submodule remains': [
    { 'f/g': 'x\n', 'f/h': MODULE },
    create('f', 'y') + remove('f/g', 'x'),
    ['file_exists'],
  ],
  'a creation over a folder of which a file is only changed': [
    { 'f/g': 'x\n', 'f/h': 'y\n' },
    create('f', 'y') + change('f/g', 'x', 'z') + remove('f/h', 'y'),
    ['file_exists'],
  ],
  'a creation over a folder of which a file only becomes a link': [
    { 'f/g': 'x\n' },
    created('f', 'y') + toLink('f/g', 'x', 'z'),
    ['file_exists'],
  ],
  'a rename onto the folder of which it leaves a file': [
    { 'f/g': 'x\n', 'f/h': '' },
    rename('f/g', 'f'),
    ['file_exists'],
  ],
  'a copy onto its own folder': [
    { 'f/g': 'x\n' },
    git('f', 'similarity index 100%', 'copy from f/g', 'copy to f').replace('a/f b/f', 'a/f/g b/f'),
    ['file_exists'],
  ],
  'a folder that becomes a file and gets a file': [
    { 'f/g': 'x\n' },
    remove('f/g', 'x') + create('f', 'y') + create('f/h', 'z'),
    ['path_blocked'],
  ],
  'a folder whose deletions show other content': [
    { 'f/g': 'x\n' },
    remove('f/g', 'y') + create('f', 'y'),
    ['content_differs'],
  ],
  'a link in the place of a file with other content': [
    { f: 'x\n' },
    toLink('f', 'y', 'g'),
    ['content_differs'],
  ],
  'a link in the place of a file with another mode': [
    { f: { mode: '100755', text: 'x\n' } },
    toLink('f', 'x', 'g'),
    ['mode_mismatch'],
  ],
  'a link in the place of nothing': [{}, toLink('f', 'x', 'g'), ['file_missing']],
  'a link out of the tree in the place of a file': [{ f: 'x\n' }, toLink('f', 'x', '../g'), ['path_refused']],
  'a path below a file that becomes a link': [
    { f: 'x\n' },
    toLink('f', 'x', 'g') + created('f/h', 'y'),
    ['path_blocked'],
  ],
  'a sensitive file that becomes a link': [
    { '.npmrc': 'x\n' },
    toLink('.npmrc', 'x', 'g'),
    ['path_sensitive'],
  ],
};

for (const [name, [before, patch, codes]] of Object.entries(REFUSED)) {
  test(`${name} is refused with ${codes.join(', ')}`, () => {
    const result = run(before, patch);
    assert.deepEqual(result.kind === 'refused' ? result.codes : result.tree, codes);
  });
}

test('a folder that cannot become a file names one path that remains in it', () => {
  const result = run({ 'f/g': 'x\n', 'f/h/i': '' }, create('f', 'y') + remove('f/g', 'x'));
  assert.match(result.kind === 'refused' ? (result.faults[0]?.message ?? '') : '', /f\/h.* remains in it/);
});
