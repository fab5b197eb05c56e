import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readLocatedYaml } from '../../src/adapters/files/located-yaml.ts';
import { applyChange, pathsOf } from '../../src/core/change/apply/apply.ts';
import type { Fault } from '../../src/core/change/fault.ts';
import { parseChange } from '../../src/core/change/parse.ts';
import { FLAGS } from '../../src/core/patch/terms.ts';
import { snapshotOf, type Tree } from '../core/change/world.ts';
import { casesAt } from './cases.ts';

/*
 * Blocks written in earnest for the old runner, most of them faulty. They are known by their numbers here. What a block
 * needs in order to be applied is put into a tree of ours: a file of the name that it has, holding its own pattern.
 */
const { url, skip } = casesAt('ghost-blocks/');

interface Expected {
  readonly why: string;
  /** Where the workspace's folder lies: nowhere, or where the block's own files do. */
  readonly root?: 'its own';
  /** Code and patch line of each fault, in order; none where the block is applied. */
  readonly faults: readonly string[];
  /** What its author can act on, as the messages say it. */
  readonly says?: readonly RegExp[];
}

const ANY_TEXT = [/patch\.pattern is ".*", a regular expression for any text/, /never run/];
const PROSE = [/Field patch is the text ".*"; expected an object \{"pattern": …, "replacement": …\}/];
const OUTSIDE = /it is absolute, and this workspace has no folder of its own/;
const NO_CHECK = /is no check, since it cannot fail/;

const EXPECTED: readonly (readonly [name: string, expected: Expected])[] = [
  ['01', { why: 'a block A, in order', faults: [] }],
  [
    '02',
    {
      why: 'commands in place of a change',
      faults: ['empty_patch 1'],
      says: [/names no file and holds what is to be run, which is not done/],
    },
  ],
  ['03', { why: 'prose where the patch belongs', faults: ['malformed 6'], says: PROSE }],
  ['04', { why: 'a block A, in order', faults: [] }],
  ['05', { why: 'a pattern for any text', faults: ['unsupported 7'], says: ANY_TEXT }],
  ['06', { why: 'a message where the patch belongs', faults: ['malformed 5'], says: PROSE }],
  [
    '07',
    {
      why: 'neither file nor patch',
      faults: ['malformed 1', 'malformed 1'],
      says: [/Field target_file is missing/, /Field patch is missing/],
    },
  ],
  ['08', { why: 'a block A, in order', faults: [] }],
  ['09', { why: 'a block A, in order', faults: [] }],
  [
    '10',
    {
      why: 'a file outside, a command where the patch belongs, shell that cannot fail',
      faults: [
        ...['path_refused 4', 'malformed 5', 'check_vacuous 29', 'check_vacuous 30', 'check_vacuous 32'],
        ...['check_vacuous 37', 'check_vacuous 41'],
      ],
      says: [OUTSIDE, ...PROSE, NO_CHECK, /`\|\| echo` hides every failure/, NO_CHECK, NO_CHECK, NO_CHECK],
    },
  ],
  [
    '11',
    {
      why: 'a regular expression, which stands nowhere as text',
      faults: ['pattern_not_found 1'],
      says: [/does not stand in the file/],
    },
  ],
  [
    '12',
    {
      why: 'a regular expression, which stands nowhere as text',
      faults: ['pattern_not_found 1'],
      says: [/does not stand in the file/],
    },
  ],
  ['13', { why: 'a pattern for any text', faults: ['unsupported 7'], says: ANY_TEXT }],
  [
    '14',
    {
      why: 'at another root: files outside, and shell that cannot fail',
      faults: [
        ...['path_refused 30', 'path_refused 36', 'path_refused 42', 'path_refused 48'],
        ...['check_vacuous 61', 'check_vacuous 62', 'check_vacuous 63'],
      ],
      says: [OUTSIDE, /`\|\| true` hides every failure/],
    },
  ],
  [
    '14',
    {
      why: 'at its own root: shell that cannot fail',
      root: 'its own',
      faults: ['check_vacuous 61', 'check_vacuous 62', 'check_vacuous 63'],
      says: [/`\|\| true` hides every failure/],
    },
  ],
  [
    '15',
    {
      why: 'a file outside, and shell that only prints',
      faults: ['path_refused 9', 'check_vacuous 16', 'check_vacuous 17'],
      says: [OUTSIDE, /`echo` never fails/],
    },
  ],
  ['16', { why: 'a file outside', faults: ['path_refused 9'], says: [OUTSIDE] }],
];

test('the list knows every old block', { skip }, () => {
  const names = readdirSync(url).filter((name) => name.endsWith('.json'));
  const known = new Set(EXPECTED.map(([name]) => `${name}.json`));
  assert.deepEqual(names.sort(), [...known].sort());
});

for (const [name, expected] of EXPECTED) {
  test(`old block ${name}, ${expected.why}: ${outcomeOf(expected)}`, { skip }, () => {
    const body = readFileSync(new URL(`${name}.json`, url));
    const faults = judged(body, expected.root === undefined ? null : rootOf(body));
    assert.deepEqual(
      faults.map(({ code, patchLine }) => `${code} ${patchLine}`),
      expected.faults,
    );
    const told = faults.map(({ message }) => message).join('\n');
    for (const says of expected.says ?? []) assert.match(told, says);
    for (const { hint } of faults) assert.ok(hint.length > 20, hint);
  });
}

test('a regular expression that stands nowhere is called one, with what to give instead', { skip }, () => {
  for (const name of ['11', '12']) {
    const [fault] = judged(readFileSync(new URL(`${name}.json`, url)), null);
    assert.match(
      fault?.hint ?? '',
      /looks like a regular expression; those are not run\. Give the literal text/,
    );
  }
});

test('old block 14 at its own root is applied once its three lines that cannot fail are gone', {
  skip,
}, () => {
  const text = readFileSync(new URL('14.json', url), 'utf8').replaceAll(' || true', '');
  const body = Buffer.from(text);
  const parsed = parseChange(body, { format: null, root: rootOf(body), yaml: readLocatedYaml });
  assert.ok(parsed.kind === 'change');
  const { edits, checks, notes, externalId } = parsed.change;
  assert.deepEqual([parsed.change.format, edits.length, checks.length], ['block-c', 4, 5]);
  assert.deepEqual(
    edits.map((edit) => edit.kind === 'write' && edit.mode),
    ['100644', '100755', '100755', '100755'],
  );
  assert.equal(externalId, JSON.parse(text).blockId);
  assert.deepEqual(parsed.change.terms?.flags, FLAGS);
  assert.match(notes.join('\n'), /git: no branch and no tag is made/);
  assert.deepEqual(appliedTo({}, parsed.change), []);
});

function outcomeOf({ faults }: Expected): string {
  return faults.length === 0 ? 'applied' : `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`;
}

/** The folder in which the files of a block lie, one of them one folder deep. */
function rootOf(body: Uint8Array): string {
  const paths: string[] = JSON.parse(Buffer.from(body).toString()).mutations.map(
    ({ path }: { path: string }) => path,
  );
  const shallow = paths.toSorted((a, b) => a.split('/').length - b.split('/').length)[0] ?? '';
  return shallow.split('/').slice(0, -2).join('/');
}

/** Reads a block and applies it to a tree in which its pattern stands once, if it is one that can stand anywhere. */
function judged(body: Uint8Array, root: string | null): readonly Fault[] {
  const parsed = parseChange(body, { format: null, root, yaml: readLocatedYaml });
  if (parsed.kind === 'faulty') return parsed.faults;
  const [edit] = parsed.change.edits;
  if (edit?.kind !== 'replace') return assert.fail('expected one replacement');
  const isExpression = edit.pattern.includes('.*');
  const text = `first line\n${isExpression ? 'nothing of the kind' : edit.pattern}\nlast line\n`;
  return appliedTo({ [edit.path]: text }, parsed.change);
}

function appliedTo(tree: Tree, change: Parameters<typeof applyChange>[0]): readonly Fault[] {
  const applied = applyChange(change, snapshotOf(tree, pathsOf(change)), { allowPaths: [] });
  return applied.kind === 'faulty' ? applied.faults : [];
}
