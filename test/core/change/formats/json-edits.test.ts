import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseChange } from '../../../../src/core/change/parse.ts';
import { violations } from '../../../workers/schema.ts';
import { SEED } from '../arbitrary.ts';
import { run, type Tree } from '../world.ts';
import { changeOf, faultsOf, refusalOf, told } from './reading.ts';

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../../../docs/schemas/json-edits.schema.json', import.meta.url), 'utf8'),
);

/** JSON as the bytes of its UTF-8, one character per byte. */
function doc(value: unknown, indent?: number): string {
  return Buffer.from(JSON.stringify(value, null, indent)).toString('latin1');
}

function applied(tree: Tree, ...edits: readonly object[]): Tree {
  const result = run(tree, doc({ edits }));
  if (result.kind === 'refused') assert.fail(result.faults.map(({ message }) => message).join('\n'));
  return result.tree;
}

test('every kind of edit does what it says', () => {
  assert.deepEqual(applied({ a: '1' }, { kind: 'write', path: 'a', content: '2\n' }), { a: '2\n' });
  assert.deepEqual(applied({}, { kind: 'create', path: 'd/a', content: '', mode: '100755' }), {
    'd/a': { mode: '100755', text: '' },
  });
  assert.deepEqual(applied({}, { kind: 'write', path: 'a', contentBase64: '/wA=' }), { a: '\xff\0' });
  assert.deepEqual(applied({ a: 'one two' }, { kind: 'replace', path: 'a', old: 'two', new: '' }), {
    a: 'one ',
  });
  assert.deepEqual(applied({ a: 'x\ny\n' }, { kind: 'insert', path: 'a', before: 'y', text: 'new\n' }), {
    a: 'x\nnew\ny\n',
  });
  assert.deepEqual(applied({ a: 'x\ny\n' }, { kind: 'insert', path: 'a', after: 'x', text: 'new' }), {
    a: 'x\nnew\ny\n',
  });
  assert.deepEqual(applied({ a: 'x\n' }, { kind: 'insert', path: 'a', at: 'end', text: 'y\n' }), {
    a: 'x\ny\n',
  });
  assert.deepEqual(applied({ a: '', b: '' }, { kind: 'delete', path: 'a' }), { b: '' });
  assert.deepEqual(applied({ a: '1' }, { kind: 'move', from: 'a', path: 'b' }), { b: '1' });
  assert.deepEqual(applied({ a: '1' }, { kind: 'copy', from: 'a', path: 'b' }), { a: '1', b: '1' });
  assert.deepEqual(applied({ a: '1' }, { kind: 'mode', path: 'a', mode: '100755' }), {
    a: { mode: '100755', text: '1' },
  });
  assert.deepEqual(applied({ a: '1' }, { kind: 'symlink', path: 'l', target: 'a' }), {
    a: '1',
    l: { mode: '120000', text: 'a' },
  });
  assert.deepEqual(applied({ a: 'x\ny\n' }, { kind: 'update', path: 'a', diff: ' x\n-y\n+z\n' }), {
    a: 'x\nz\n',
  });
});

test('edits take effect in order, each on what the ones before it left', () => {
  const tree = applied(
    { a: 'one\n' },
    { kind: 'move', from: 'a', path: 'b' },
    { kind: 'replace', path: 'b', old: 'one', new: 'two' },
    { kind: 'insert', path: 'b', after: 'two', text: 'three\n' },
    { kind: 'mode', path: 'b', mode: '100755' },
  );
  assert.deepEqual(tree, { b: { mode: '100755', text: 'two\nthree\n' } });
});

test('text is written in UTF-8, names too', () => {
  const utf8 = (text: string) => Buffer.from(text).toString('latin1');
  const tree = applied({}, { kind: 'write', path: 'grüße.txt', content: '✓ 🤖\n' });
  assert.deepEqual(tree, { [utf8('grüße.txt')]: utf8('✓ 🤖\n') });
});

test('title and id become those of the patch, and spans are lines of the text', () => {
  const text = doc({ title: 'Clean up', id: 'T-1', edits: [{ kind: 'delete', path: 'a' }] }, 1);
  const { title, externalId, format, edits } = changeOf(text);
  assert.deepEqual([title, externalId, format], ['Clean up', 'T-1', 'json-edits']);
  assert.deepEqual(edits[0]?.span, { firstLine: 5, lastLine: 8 });
});

test('a fault names the member, what it got and expected, and the line of the patch', () => {
  const text = doc(
    {
      edits: [
        { kind: 'replace', path: 'a', new: 'x' },
        { kind: 'repalce', path: 'a' },
        { kind: 'write', path: '/etc/passwd', content: 1 },
        { kind: 'insert', path: 'a', at: 12, text: 'x' },
        { kind: 'delete', pth: 'a' },
        'delete a',
      ],
    },
    1,
  );
  assert.equal(
    refusalOf(text),
    [
      'malformed at 3: Field edits[0].old is missing; expected a text.',
      'malformed at 9: Field edits[1].kind is the text "repalce"; expected one of write, create, replace, insert, delete, move, copy, mode, symlink, update.',
      'path_refused at 14: Field edits[2].path names "/etc/passwd": the path is absolute.',
      'malformed at 15: Field edits[2].content is 1; expected a text.',
      'malformed at 20: Field edits[3].at is 12; expected "start" or "end"; line numbers move.',
      'malformed at 23: Field edits[4] has members that are not known: "pth" (path?); known are kind, path.',
      'malformed at 23: Field edits[4].path is missing; expected a path.',
      'malformed at 27: Field edits[5] is the text "delete a"; expected an object {"kind": …, "path": …}.',
    ].join('\n'),
  );
});

test('a choice is made once: not both contents, not two places, not none', () => {
  const both = { kind: 'write', path: 'a', content: '', contentBase64: '' };
  assert.match(refusalOf(doc({ edits: [both] })), /has both content and contentBase64; expected one/);
  const none = { kind: 'insert', path: 'a', text: 'x' };
  assert.match(refusalOf(doc({ edits: [none] })), /has none of before, after and at; expected one/);
  assert.match(
    refusalOf(doc({ edits: [{ ...none, at: 'end', after: 'x' }] })),
    /has after and at; expected one/,
  );
});

test('a text that stands nowhere or twice, a link that leaves and a diff without marks are refused', () => {
  const twice = run({ a: 'x x' }, doc({ edits: [{ kind: 'replace', path: 'a', old: 'x', new: 'y' }] }));
  assert.deepEqual(twice.kind === 'refused' && twice.codes, ['pattern_ambiguous']);
  const link = doc({ edits: [{ kind: 'symlink', path: 'd/l', target: '../../x' }] });
  assert.match(refusalOf(link), /^path_refused at 1: .* leaves the repository/);
  const diff = doc({ edits: [{ kind: 'update', path: 'a', diff: ' x\ny\n' }] });
  assert.match(
    refusalOf(diff),
    /^malformed at 1: Field edits\[0\]\.diff, lines counted from its beginning: Line 2 /,
  );
});

test('an empty list, no list and too long a list are no patches', () => {
  assert.deepEqual(
    faultsOf(doc({ edits: [] })).map(({ code }) => code),
    ['empty_patch'],
  );
  assert.match(
    refusalOf(doc({ edits: { kind: 'delete' } })),
    /Field edits is an object; expected a list of edits/,
  );
  const many = Array.from({ length: 10_001 }, () => ({ kind: 'delete', path: 'a' }));
  assert.match(refusalOf(doc({ edits: many })), /^too_large at 1: Field edits has 10001 edits/);
  const files = Array.from({ length: 1_001 }, (_, n) => ({ kind: 'delete', path: `f${n}` }));
  assert.match(refusalOf(doc({ edits: files })), /^too_large at 1: The patch has 1001 files/);
});

test('operations of the apply_patch tool are read one by one, as a list, and in the call around one', () => {
  const update = { type: 'update_file', path: 'a', diff: '@@\n-x\n+y\n' };
  const create = { type: 'create_file', path: 'b', diff: '+one\n+two\n+' };
  const remove = { type: 'delete_file', path: 'c' };
  assert.deepEqual(told(changeOf(doc(update))), ['modify a: -x +y']);
  assert.deepEqual(told(changeOf(doc([update, create, remove]))), [
    'modify a: -x +y',
    'create b: "one\\ntwo\\n"',
    'delete c',
  ]);
  const call = { type: 'apply_patch_call', call_id: 'c1', status: 'completed', operation: create };
  assert.deepEqual(told(changeOf(doc(call))), ['create b: "one\\ntwo\\n"']);
  assert.deepEqual(told(changeOf(doc([call, { ...call, operation: remove }]))).length, 2);
});

test('an operation without its marks, of an unknown kind or with an unknown member is refused', () => {
  const bare = { type: 'create_file', path: 'b', diff: 'one\n' };
  assert.match(refusalOf(doc(bare)), /Line 1 of field diff does not begin with \+/);
  assert.match(
    refusalOf(doc({ type: 'move_file', path: 'b' })),
    /Field type is the text "move_file"; expected one of/,
  );
  const more = [{ type: 'delete_file', path: 'b', diff: '-x' }];
  assert.match(refusalOf(doc(more)), /Field \[0\] has members that are not known: "diff"/);
});

const PATH = fc.constantFrom('a', 'b', 'dir/c', 'é.txt');
const TEXT = fc.string({ unit: 'grapheme', maxLength: 6 });
const MODE = fc.constantFrom('100644', '100755');
const KINDS = 'write create replace insert delete move copy mode symlink update'.split(' ');

/** An edit that has every member which its kind may have, each most often with a value that fits. */
const EDIT = fc
  .record(
    {
      kind: fc.constantFrom(...KINDS, 'rename'),
      path: fc.oneof({ weight: 9, arbitrary: PATH }, fc.constantFrom('', 1)),
      content: TEXT,
      contentBase64: fc.oneof(fc.base64String({ maxLength: 8 }), fc.constantFrom('AB==', 'a', 'A A=', 'QQ')),
      mode: fc.oneof({ weight: 5, arbitrary: MODE }, fc.constantFrom('0644', 420)),
      old: TEXT,
      new: TEXT,
      before: TEXT,
      after: TEXT,
      at: fc.constantFrom('start', 'end', 'top', 3),
      text: TEXT,
      from: fc.constantFrom('x', 'y/z', '', null),
      target: fc.constantFrom('a', 'b/c'),
      diff: fc.constantFrom('-x\n+y\n', '@@ k\n x\n+z\n'),
      more: fc.constant(1),
    },
    { requiredKeys: [] },
  )
  .chain((all) =>
    fc.record({ all: fc.constant(all), keep: fc.shuffledSubarray(Object.keys(all), { minLength: 0 }) }),
  )
  .map(({ all, keep }) => {
    const wanted = MEMBERS[all.kind ?? ''] ?? [];
    const names = Object.keys(all).filter(
      (name) => wanted.includes(name) || (keep.length < 3 && keep.includes(name)),
    );
    return Object.fromEntries(names.map((name) => [name, all[name as keyof typeof all]]));
  });

const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  write: ['kind', 'path', 'content', 'mode'],
  create: ['kind', 'path', 'contentBase64'],
  replace: ['kind', 'path', 'old', 'new'],
  insert: ['kind', 'path', 'after', 'text'],
  delete: ['kind', 'path'],
  move: ['kind', 'path', 'from'],
  copy: ['kind', 'path', 'from'],
  mode: ['kind', 'path', 'mode'],
  symlink: ['kind', 'path', 'target'],
  update: ['kind', 'path', 'diff'],
};

const PATCH = fc.record(
  {
    edits: fc.oneof(
      { weight: 9, arbitrary: fc.array(EDIT, { maxLength: 2 }) },
      fc.constantFrom<unknown>('all', { kind: 'delete', path: 'a' }),
    ),
    title: fc.constantFrom<unknown>('T', '', 1),
    id: fc.constantFrom<unknown>('I', 'x'.repeat(201)),
    $schema: fc.constant('s'),
    editz: fc.constant([]),
  },
  { requiredKeys: ['edits'] },
);

test(`what the schema admits is read, and what it refuses is refused (seed ${SEED})`, (t) => {
  const counts = { both: 0, neither: 0 };
  fc.assert(
    fc.property(fc.oneof(PATCH, fc.record({ edits: fc.tuple(EDIT) })), (patch) => {
      const admitted = violations(patch, SCHEMA).length === 0;
      const parsed = parseChange(Buffer.from(doc(patch), 'latin1'), { format: 'json-edits' });
      const read = parsed.kind === 'change';
      assert.equal(read, admitted, `${JSON.stringify(patch)}\n${violations(patch, SCHEMA).join('\n')}`);
      counts[read ? 'both' : 'neither']++;
    }),
    { seed: SEED, numRuns: 6_000 },
  );
  t.diagnostic(`${counts.both} read, ${counts.neither} refused by both`);
  assert.ok(counts.both > 500 && counts.neither > 500);
});

test(`each kind of edit is among those that the schema admits (seed ${SEED})`, () => {
  const kinds = fc
    .sample(EDIT, { seed: SEED, numRuns: 4_000 })
    .filter((edit) => violations({ edits: [edit] }, SCHEMA).length === 0);
  assert.deepEqual([...new Set(kinds.map(({ kind }) => kind))].sort(), KINDS.toSorted());
});
