import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Path } from '../../../../src/core/git.ts';
import { type BareEdit, runEdits, type Tree } from '../world.ts';

const bytes = (text: string) => Buffer.from(text).toString('latin1') as Path;
const create = (path: string, content = 'x\n'): BareEdit => ({
  kind: 'create',
  path: bytes(path),
  mode: '100644',
  content,
});
const remove = (path: string): BareEdit => ({
  kind: 'delete',
  path: bytes(path),
  content: null,
  oldMode: null,
});
const rename = (from: string, to: string): BareEdit => ({
  ...{ kind: 'modify', path: bytes(to), from: bytes(from), hunks: [], order: 'ordered', binary: null },
  ...{ oldMode: null, newMode: null, preimage: null },
});
const tree = (...paths: readonly string[]): Tree =>
  Object.fromEntries(paths.map((path) => [bytes(path), `${path}\n`]));

/** The tree before, the edits, and the two names that may not stand side by side. */
const REFUSED: Readonly<Record<string, readonly [Tree, readonly BareEdit[], string, string]>> = {
  'a file beside one in another case': [tree('readme'), [create('README')], 'README', 'readme'],
  'in a folder': [tree('src/a.ts'), [create('src/A.ts')], 'src/A.ts', 'src/a.ts'],
  'a folder beside one in another case': [tree('src/b'), [create('Src/a')], 'Src', 'src'],
  'a folder beside a file': [tree('docs'), [create('Docs/a')], 'Docs', 'docs'],
  'a file beside a folder': [tree('docs/a'), [create('DOCS')], 'DOCS', 'docs'],
  'a composed name beside a decomposed one': [
    tree('cafe\u0301'),
    [create('caf\u00e9')],
    'caf\u00e9',
    'cafe\u0301',
  ],
  'a sharp s beside two': [tree('stra\u00dfe'), [create('STRASSE')], 'STRASSE', 'stra\u00dfe'],
  'the Kelvin sign beside a k': [tree('k'), [create('\u212a')], '\u212a', 'k'],
  'a final sigma': [tree('\u03c2'), [create('\u03a3')], '\u03a3', '\u03c2'],
  'two new files': [{}, [create('a/x'), create('a/X')], 'a/x', 'a/X'],
  'two new folders': [{}, [create('q/a'), create('Q/b')], 'q', 'Q'],
  'a rename to where a twin stands': [tree('a', 'b'), [rename('a', 'B')], 'B', 'b'],
  'a folder of which a file stays': [tree('src/a', 'src/b'), [rename('src/a', 'Src/a')], 'Src', 'src'],
  'a folder that is emptied and filled again': [
    tree('src/a'),
    [rename('src/a', 'Src/a'), create('src/new')],
    'Src',
    'src',
  ],
};

for (const [name, [before, edits, path, twin]] of Object.entries(REFUSED)) {
  test(`${name} is refused, and both are named`, () => {
    const result = runEdits(before, edits);
    assert.deepEqual(result.kind === 'refused' ? result.codes : result.tree, ['path_twin']);
    const message = (result.kind === 'refused' && result.faults[0]?.message) || '';
    assert.ok(message.startsWith(`${path} (patch line `) && message.includes(` beside ${twin},`), message);
  });
}

const APPLIED: Readonly<Record<string, readonly [Tree, readonly BareEdit[]]>> = {
  'a rename that changes only the case': [tree('a'), [rename('a', 'A')]],
  'a folder whose case changes as a whole': [
    tree('src/a', 'src/b'),
    [rename('src/a', 'Src/a'), rename('src/b', 'Src/b')],
  ],
  'a file in the place of its deleted twin': [tree('a'), [create('A'), remove('a')]],
  'a new file in one of two folders that were twins before': [tree('src/a', 'Src/b'), [create('Src/c')]],
  'a change beside twins that stood there before': [tree('a', 'A', 'b'), [rename('b', 'c')]],
  'the same name in two folders': [tree('a/x'), [create('b/X')]],
};

for (const [name, [before, edits]] of Object.entries(APPLIED)) {
  test(`${name} is fine`, () => {
    const result = runEdits(before, edits);
    assert.equal(result.kind === 'applied' ? 'applied' : result.faults[0]?.message, 'applied');
  });
}
