import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readLocatedYaml } from '../../../../../src/adapters/files/located-yaml.ts';
import { FORMATS, type Format, type Parsed } from '../../../../../src/core/change/change.ts';
import { parseChange } from '../../../../../src/core/change/parse.ts';
import { SEED } from '../../arbitrary.ts';

const DATA_FORMATS = FORMATS.filter((format) => format === 'json-edits' || format.startsWith('block-'));

const WORDS = [
  ...['edits', 'kind', 'path', 'content', 'mode', 'old', 'new', 'from', 'type', 'operation', 'diff', 'id'],
  ...[
    'target_file',
    'patch',
    'pattern',
    'replacement',
    'mutations',
    'contents',
    'op',
    'insertAt',
    'fallback',
  ],
  ...[
    'validate',
    'shell',
    'final',
    'git',
    'meta',
    'gates',
    'enforcementFlags',
    'execution',
    'options',
    'role',
  ],
  ...['target', 'runDryCheck', '__proto__', 'constructor', 'toString', 'blockId', 'preMutationValidation'],
];
const NAMES = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...WORDS) }, fc.string({ maxLength: 4 }));
const LEAF = fc.oneof(
  fc.constantFrom(
    'a',
    '/etc/x',
    '.*',
    'delete',
    'write',
    'update_file',
    'npm test',
    'true',
    '',
    '-x\n+y\n',
    '0755',
  ),
  fc.constantFrom<unknown>(null, true, false, 0, 12, -1.5, 1e308),
  fc.string({ unit: 'binary', maxLength: 5 }),
);

/** Data with the members of all forms, in every wrong place. */
const DATA = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    LEAF,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(NAMES, tie('any'), { maxKeys: 6 }),
  ),
})).any;

function read(text: string, format: Format | null): Parsed {
  return parseChange(Buffer.from(text), { format, root: '/etc', yaml: readLocatedYaml });
}

/** A change has edits, a refusal has faults, and each fault has a place and something to do. */
function judge(parsed: Parsed, text: string): 'change' | 'faulty' {
  if (parsed.kind === 'change') {
    assert.ok(parsed.change.edits.length > 0, text);
    return 'change';
  }
  assert.ok(parsed.faults.length > 0, text);
  for (const { message, hint, patchLine } of parsed.faults) {
    assert.ok(message !== '' && hint !== '', text);
    assert.ok(patchLine === null || (patchLine >= 1 && patchLine <= text.split('\n').length), text);
  }
  return 'faulty';
}

test(`arbitrary data is a change with edits or a refusal with faults, whatever form it is named (seed ${SEED})`, (t) => {
  const counts = { change: 0, faulty: 0 };
  fc.assert(
    fc.property(
      fc.dictionary(NAMES, DATA, { maxKeys: 6 }),
      fc.constantFrom(null, ...DATA_FORMATS),
      (data, format) => {
        const text = JSON.stringify(data, null, 1);
        counts[judge(read(text, format), text)]++;
      },
    ),
    { seed: SEED, numRuns: 6_000 },
  );
  t.diagnostic(`${counts.change} read, ${counts.faulty} refused`);
});

const FILE = { path: 'a', contents: 'x\n' };
const VALID: readonly object[] = [
  {
    edits: [
      { kind: 'replace', path: 'a', old: 'x', new: 'y' },
      { kind: 'move', from: 'a', path: 'b' },
    ],
    title: 'T',
  },
  [
    { type: 'update_file', path: 'a', diff: '@@ k\n-x\n+y\n' },
    { type: 'delete_file', path: 'b' },
  ],
  { id: 'a', role: 'x', target_file: 'a', patch: { pattern: 'x', replacement: 'y' }, metadata: {} },
  { blockId: 'b', version: '1', mutations: [FILE, { path: 'b', op: 'chmod', mode: '0755' }] },
  {
    blockId: 'c',
    mutations: [FILE],
    validate: { shell: ['npm test'] },
    final: { git: {} },
    runDryCheck: true,
  },
  {
    patch: {
      id: 'd',
      kind: 'k',
      preflight: ['test 1'],
      mutations: [FILE],
      validation: ['npm test'],
      options: {},
    },
  },
  { role: 'command_patch', target: 'MAIN', mutations: [{ path: 'a', contents: 'x', insertAfter: 'y' }] },
  {
    meta: { id: 'f' },
    routing: {},
    enforcementFlags: [],
    mutations: [FILE],
    gates: [{ name: 'n', run: 'npm test' }],
  },
];

/** One part of valid data exchanged, doubled, renamed or taken out; `path` picks it. */
function damaged(value: unknown, path: readonly number[], put: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return put;
  const entries = Object.entries(value);
  const at = step % Math.max(1, entries.length);
  const changed = entries.map(([name, one], index) => [name, index === at ? damaged(one, rest, put) : one]);
  if (Array.isArray(value)) return changed.map(([, one]) => one);
  return Object.fromEntries(changed);
}

test(`valid data with one part exchanged is read or refused, and stays what it was named (seed ${SEED})`, (t) => {
  const counts = { change: 0, faulty: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...VALID),
      fc.array(fc.nat(8), { minLength: 1, maxLength: 4 }),
      fc.oneof(LEAF, DATA),
      (valid, path, put) => {
        const text = JSON.stringify(damaged(valid, path, put), null, 1);
        const parsed = read(text, null);
        counts[judge(parsed, text)]++;
        if (parsed.kind === 'change') {
          // Judged again under the name that the ledger keeps, it is the same change.
          assert.deepEqual(read(text, parsed.change.format), parsed);
        }
      },
    ),
    { seed: SEED, numRuns: 6_000 },
  );
  t.diagnostic(`${counts.change} read, ${counts.faulty} refused`);
  assert.ok(counts.change > 500 && counts.faulty > 500);
});

test(`text with bytes cut out or put in is read or refused (seed ${SEED})`, () => {
  const put = fc.constantFrom(
    '',
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\n',
    '\\',
    '\u0000',
    '- ',
    '&a ',
    '*a',
    '|',
    '#',
  );
  fc.assert(
    fc.property(fc.constantFrom(...VALID), fc.nat(), fc.nat(4), put, (valid, at, cut, piece) => {
      const whole = JSON.stringify(valid, null, 1);
      const start = at % whole.length;
      const text = whole.slice(0, start) + piece + whole.slice(start + cut);
      for (const format of [null, 'block-f'] as const) judge(read(text, format), text);
    }),
    { seed: SEED, numRuns: 3_000 },
  );
});

test('depth, width and length are bounded: nothing throws, nothing hangs', () => {
  const bodies: readonly (readonly [what: string, text: string])[] = [
    ['100,000 lists', '['.repeat(100_000)],
    ['100,000 objects', '{"patch":'.repeat(100_000)],
    ['deep in a member', `{"edits": ${'['.repeat(100_000)}`],
    ['a million members', `{${Array.from({ length: 700_000 }, (_, n) => `"${n.toString(36)}":0`).join()}}`],
    [
      'a million names in a mutation',
      `{"mutations":[{${Array.from({ length: 700_000 }, (_, n) => `"${n.toString(36)}":0`).join()}}]}`,
    ],
    ['a name of a megabyte', `{"mutations": [{"${'m'.repeat(1_000_000)}": 1}]}`],
    ['a million edits', `{"edits":[${Array(700_000).fill('{}').join()}]}`],
    ['10,000 faulty edits', `{"edits":[${Array(10_000).fill('{}').join()}]}`],
    ['a million shell lines', `{"mutations":[],"validate":[${Array(1_000_000).fill('""').join()}]}`],
    [
      'a pattern of megabytes',
      `{"target_file":"a","patch":{"pattern":"/${'a/'.repeat(2_000_000)}","replacement":""}}`,
    ],
    ['a number of a million digits', `{"edits": ${'9'.repeat(1_000_000)}}`],
    ['deep YAML', `mutations: ${'['.repeat(100_000)}`],
    ['wide YAML', `mutations: []\n${Array.from({ length: 9_000 }, (_, n) => `k${n}: 1`).join('\n')}`],
    ['YAML that is too long', `mutations: []\n${'# x\n'.repeat(50_000)}`],
    ['YAML errors', `mutations: ${']'.repeat(100_000)}`],
  ];
  for (const [what, text] of bodies) {
    // Of the processor, which other processes at work do not lengthen.
    const began = process.cpuUsage();
    judge(read(text, null), text);
    assert.ok(process.cpuUsage(began).user < 10_000_000, what);
  }
});
