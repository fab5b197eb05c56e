import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Change, Edit } from '../../../../src/core/change/change.ts';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { editsOf } from '../../../../src/core/change/render/from-files.ts';
import { renderChange } from '../../../../src/core/change/render/render.ts';
import { RENDER_FORMS, type RenderForm } from '../../../../src/core/change/render/rendered.ts';
import { SEED } from '../arbitrary.ts';
import { scratch } from '../git.ts';
import { run } from '../world.ts';
import { FILES, fileChangesOf, type Pairs, treeOf } from './files.ts';

for (const form of RENDER_FORMS) {
  test(`a change written as ${form} and read again makes the same tree (seed ${SEED})`, (t) => {
    const counts = { same: 0, inexpressible: 0, refused: 0 };
    fc.assert(
      fc.property(FILES, (pairs) => {
        const rendered = renderChange({ title: null, edits: editsOf(fileChangesOf(pairs)) }, form);
        if (rendered.kind === 'inexpressible') {
          counts.inexpressible++;
          return;
        }
        const result = run(treeOf(pairs, 'before'), rendered.text);
        if (result.kind === 'refused') {
          counts.refused++;
          // What the form leaves to chance can make a place ambiguous, and nothing else may go wrong.
          assert.ok(
            rendered.lost.length > 0,
            `${rendered.text}\n${result.faults.map(({ message }) => message)}`,
          );
          for (const code of result.codes) assert.match(code, /ambiguous/, rendered.text);
          return;
        }
        counts.same++;
        assert.deepEqual(result.tree, treeOf(pairs, 'after'), rendered.text);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
    t.diagnostic(JSON.stringify(counts));
    assert.ok(counts.same > 100, JSON.stringify(counts));
  });

  test(`what was read from ${form} is written the same and reads as the same edits (seed ${SEED})`, () => {
    fc.assert(
      fc.property(FILES, (pairs) => {
        const first = readBack(pairs, form);
        if (first === null) return;
        const again = renderChange(first, form);
        if (again.kind === 'inexpressible') assert.fail(JSON.stringify(again));
        assert.deepEqual(factsOf(read(again.text)), factsOf(first), again.text);
      }),
      { seed: SEED, numRuns: 1_000 },
    );
  });
}

function readBack(pairs: Pairs, form: RenderForm): Change | null {
  const rendered = renderChange({ title: null, edits: editsOf(fileChangesOf(pairs)) }, form);
  return rendered.kind === 'inexpressible' ? null : read(rendered.text);
}

function read(text: string): Change {
  const parsed = parseChange(Buffer.from(text, 'latin1'), { format: null });
  if (parsed.kind === 'change') return parsed.change;
  return assert.fail(`${text}\n${parsed.faults.map(({ message }) => message).join('\n')}`);
}

/** Edits without where they stood in a text, which is another for every text. */
function factsOf({ edits }: Change): unknown {
  return edits.map((edit: Edit) =>
    JSON.parse(JSON.stringify(edit), (key, value) => (key === 'span' ? undefined : value)),
  );
}

test(`git makes the same tree of what is written as git-diff (seed ${SEED})`, (t) => {
  const git = scratch();
  t.after(git.remove);
  fc.assert(
    fc.property(FILES, (pairs) => {
      const rendered = renderChange({ title: null, edits: editsOf(fileChangesOf(pairs)) }, 'git-diff');
      if (rendered.kind === 'inexpressible') return assert.fail(JSON.stringify(rendered.edits));
      const [before, after] = [git.write(treeOf(pairs, 'before')), git.write(treeOf(pairs, 'after'))];
      assert.equal(git.apply(before, rendered.text), after, rendered.text);
    }),
    { seed: SEED, numRuns: 60 },
  );
});

const LINKS: Pairs = [
  ['moved', { before: { mode: '120000', text: 'old' }, after: { mode: '120000', text: 'src/new' } }],
  ['to.link', { before: { mode: '100644', text: 'one\n' }, after: { mode: '120000', text: 'target' } }],
  ['to.file', { before: { mode: '120000', text: 'target' }, after: { mode: '100644', text: 'one\n' } }],
];

for (const form of ['git-diff', 'json-edits'] as const) {
  test(`links that are moved, made of files and become files are written as ${form}`, (t) => {
    const rendered = renderChange({ title: null, edits: editsOf(fileChangesOf(LINKS)) }, form);
    if (rendered.kind === 'inexpressible') return assert.fail(JSON.stringify(rendered.edits));
    const result = run(treeOf(LINKS, 'before'), rendered.text);
    if (result.kind === 'refused') return assert.fail(JSON.stringify(result.faults));
    assert.deepEqual(result.tree, treeOf(LINKS, 'after'));
    if (form !== 'git-diff') return;
    const git = scratch();
    t.after(git.remove);
    const [before, after] = [git.write(treeOf(LINKS, 'before')), git.write(treeOf(LINKS, 'after'))];
    assert.equal(git.apply(before, rendered.text), after, rendered.text);
  });
}

test('an edit that a form has no words for is told, and nothing is left out', () => {
  const [edit] = read('*** Begin Patch\n*** Update File: a\n@@ class B\n-x\n+y\n*** End Patch\n').edits;
  assert.ok(edit);
  const rendered = renderChange({ title: null, edits: [edit] }, 'git-diff');
  assert.equal(rendered.kind, 'inexpressible');
  if (rendered.kind === 'inexpressible')
    assert.deepEqual(
      rendered.edits.map(({ why }) => why),
      ['a hunk that is placed below a named line'],
    );
});
