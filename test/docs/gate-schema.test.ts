import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { yamlReader } from '../../src/adapters/files/yaml.ts';
import { COMMON_KEYS } from '../../src/core/gate/check-entry.ts';
import { assembleGate } from '../../src/core/gate/gate.ts';
import { readGateFile } from '../../src/core/gate/gate-file.ts';
import { POLICY_KEYS, readPolicyFile, rulesOf, WORKSPACE_KEYS } from '../../src/core/gate/policy-file.ts';
import { TASK_READERS, type TaskKind } from '../../src/core/gate/tasks/task.ts';
import { blocks, page, section } from './markdown.ts';

const GATE = schema('gate');
const POLICY = schema('policy');
const ajv = new Ajv2020({ strict: false, allErrors: true });
const bySchema = { gate: ajv.compile(GATE), policy: ajv.compile(POLICY) };

function schema(name: string) {
  const url = new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

const byReader = {
  gate: (data: unknown) => readGateFile(data, { file: 'ghost.yml', source: 'workspace' }),
  policy: (data: unknown) => readPolicyFile(data, 'policy.yml'),
};

function isRead(which: keyof typeof byReader, data: unknown): boolean {
  try {
    byReader[which](data);
    return true;
  } catch {
    return false;
  }
}

const PLAIN = { name: 'a', run: 'make' };
const PAGES = [{ name: 'home', path: '/' }];

/** One check that is like `PLAIN` but for what is given. */
const command = (given: object) => ({ ...PLAIN, ...given });

const VALID: readonly object[] = [
  PLAIN,
  command({ run: ['make', '', 'all'], kind: 'command' }),
  ...['1s', '60s', '3600s', '1m', '60m', '1h'].map((timeout) => command({ timeout })),
  command({ retries: 3, level: 2, paths: ['src/', '**/*.ts', 'a?b'] }),
  command({ network: 'host', dependencies: false, env: { MODE: '', A_1: 'x' }, secrets: ['TOKEN', '_x'] }),
  { parallel: [PLAIN, { name: 'b', run: 'x', needs: ['a'] }] },
  { name: 'a', kind: 'http', url: 'http://localhost:3000/x', within: '5m', after: true, revert: true },
  {
    name: 'a',
    kind: 'http',
    url: 'https://example.org',
    status: 204,
    contains: 'x'.repeat(1000),
    tries: 20,
    within: '300s',
  },
  { name: 'a', kind: 'secrets' },
  { name: 'a', kind: 'secrets', skip: ['test/keys/'], comments: 'heeded' },
  { name: 'a', kind: 'limits', maxFiles: 0, binaries: 'refused', deny: ['vendor/'] },
  { name: 'a', kind: 'text', mixedScripts: 'allowed', skip: ['*.po'] },
  { name: 'a', kind: 'message', maxSubject: 72, trailers: ['Signed-off-by'], forbidden: ['WIP'] },
  { name: 'a', kind: 'visual', pages: PAGES, threshold: 0.1, maxShare: 1, prepare: 'make', folder: 'public' },
  { name: 'a', kind: 'visual', pages: [{ ...PAGES[0], width: 320, height: 100, masks: ['.clock'] }] },
];

const INVALID: readonly unknown[] = [
  ...['text', null, 5, [], {}, { run: 'x' }, { name: 'a' }],
  ...['', 'A', '-a', 'a'.repeat(65), 5].map((name) => command({ name })),
  ...['', 5, [], [''], ['a', 5], 'a\0b', null].map((run) => command({ run })),
  ...['0s', '3601s', '61m', '2h', '5', '1.5m', 5, ''].map((timeout) => command({ timeout })),
  ...[-1, 4, 0.5, '1'].map((retries) => command({ retries })),
  ...[-1, 4, '2', 1.5].map((level) => command({ level })),
  ...[[], ['/a'], ['../a'], ['a/..'], ['!a'], ['{a,b}'], ['[ab]'], ['a\\b'], [''], [5], 'src'].map((paths) =>
    command({ paths }),
  ),
  ...[[], [''], [5], 'b', ['b', 'b']].map((needs) => command({ needs })),
  ...['lan', '', true].map((network) => command({ network })),
  ...[
    { A: 5 },
    { PATH: 'x' },
    { GHOST_A: 'x' },
    { LD_PRELOAD: 'x' },
    { 'a-b': 'x' },
    { '1A': 'x' },
    [],
    'A=1',
  ].map((env) => command({ env })),
  ...[['a/b'], ['A', 'A'], [5], 'A', ['HOME']].map((secrets) => command({ secrets })),
  ...['no', 0].map((dependencies) => command({ dependencies })),
  ...[['node_modules'], [], true].map((cache) => command({ cache })),
  ...['shell', '', 5, 'toString'].map((kind) => command({ kind })),
  command({ more: 1 }),
  command({ kind: 'secrets' }),
  { name: 'a', parallel: [PLAIN] },
  ...[[], [{ parallel: [PLAIN] }], {}, [5]].map((parallel) => ({ parallel })),
  ...[{}, { url: 'ftp://x' }, { url: 'http://me:it@x/' }, { url: 5 }].map((given) => ({
    name: 'a',
    kind: 'http',
    ...given,
  })),
  ...[
    { status: 99 },
    { tries: 0 },
    { within: '6m' },
    { within: '301s' },
    { revert: true },
    { revert: true, after: false },
    { after: 'yes' },
    { contains: 'x'.repeat(1001) },
  ].map((given) => ({ name: 'a', kind: 'http', url: 'http://x', ...given })),
  ...[{ skip: [] }, { without: 'all' }, { comments: 'yes' }].map((given) => ({
    name: 'a',
    kind: 'secrets',
    ...given,
  })),
  ...[{}, { maxFiles: -1 }, { maxLines: 1.5 }, { binaries: 'no' }, { allow: [] }].map((given) => ({
    name: 'a',
    kind: 'limits',
    ...given,
  })),
  ...[{ hidden: 'no' }, { skip: ['/'] }].map((given) => ({ name: 'a', kind: 'text', ...given })),
  ...[{}, { maxSubject: 0 }, { trailers: ['a b'] }, { forbidden: [] }].map((given) => ({
    name: 'a',
    kind: 'message',
    ...given,
  })),
  ...[
    {},
    { pages: [] },
    { pages: [{ name: 'A', path: '/' }] },
    { pages: [{ name: 'a', path: 'x' }] },
    { pages: [{ name: 'a', path: '/', width: 99 }] },
    { pages: PAGES, threshold: 2 },
    { pages: [{ ...PAGES[0], wide: 1 }] },
  ].map((given) => ({ name: 'a', kind: 'visual', ...given })),
];

const POLICIES: readonly (readonly [boolean, unknown])[] = [
  [true, null],
  [true, {}],
  [
    true,
    { version: 1, minimumIsolation: 3, whenBaseFails: 'reject', reuseVerdicts: false, loosestRung: 'exact' },
  ],
  [
    true,
    {
      grants: { network: true, secrets: ['A'], hosts: ['localhost:3000'] },
      checks: [PLAIN],
      allowPaths: ['.github/'],
    },
  ],
  [
    true,
    { approvals: [{ name: 'pay', paths: ['src/pay/'], authors: ['bot-*'], count: 2, workspaces: ['app'] }] },
  ],
  [
    true,
    {
      workspaces: {
        app: { checks: [PLAIN], grants: { network: false }, loosestRung: 'gap', approvals: [{}] },
        other: null,
      },
    },
  ],
  [false, { version: 2 }],
  [false, { minimumIsolation: 4 }],
  [false, { whenBaseFails: 'land' }],
  [false, { reuseVerdicts: 'no' }],
  [false, { loosestRung: 'fuzz' }],
  [false, { allowPaths: ['/etc'] }],
  [false, { allowPaths: ['a/../b'] }],
  [false, { grants: { network: 'yes' } }],
  [false, { grants: { secrets: ['A', 'A'] } }],
  [false, { grants: { cache: [] } }],
  [false, { approvals: [{ count: 0 }] }],
  [false, { approvals: [{ people: 2 }] }],
  [false, { checks: [{ name: 'a' }] }],
  [false, { workspaces: { 'A B': {} } }],
  [false, { workspaces: { app: { approvals: [{ workspaces: ['app'] }] } } }],
  [false, { workspaces: { app: { minimumIsolation: 2 } } }],
];

describe('docs/schemas/gate.schema.json', () => {
  it('judges every sample as the reader does', () => {
    for (const [isGood, samples] of [
      [true, VALID],
      [false, INVALID],
    ] as const)
      for (const sample of samples) {
        const data = { checks: [sample] };
        const known = [isGood, isGood];
        assert.deepEqual(
          [isRead('gate', data), bySchema.gate(data)],
          known,
          `[reader, schema] of ${JSON.stringify(sample)}: ${ajv.errorsText(bySchema.gate.errors)}`,
        );
      }
    for (const data of [null, {}, [], { checks: {} }, { checks: [], more: 1 }])
      assert.deepEqual([isRead('gate', data), bySchema.gate(data)], [false, false], JSON.stringify(data));
    assert.deepEqual([isRead('gate', { checks: [] }), bySchema.gate({ checks: [] })], [true, true]);
  });

  it('has a sample of every kind, and of each kind exactly its keys', () => {
    const kinds = Object.entries(TASK_READERS);
    for (const [kind, { keys }] of kinds) {
      assert.deepEqual(
        Object.keys(GATE.$defs[kind].properties).sort(),
        [...COMMON_KEYS, ...keys].sort(),
        kind,
      );
      assert.ok(
        VALID.some((sample) => kindOf(sample) === kind),
        kind,
      );
    }
  });
});

describe('docs/schemas/policy.schema.json', () => {
  it('judges every sample as the reader does', () => {
    for (const [isGood, data] of POLICIES)
      assert.deepEqual(
        [isRead('policy', data), bySchema.policy(data)],
        [isGood, isGood],
        `[reader, schema] of ${JSON.stringify(data)}`,
      );
  });

  it('has exactly the keys of the reader, and the same checks as a ghost.yml', () => {
    assert.deepEqual(Object.keys(POLICY.properties).sort(), [...POLICY_KEYS].sort());
    assert.deepEqual(Object.keys(POLICY.$defs.workspace.properties).sort(), [...WORKSPACE_KEYS].sort());
    for (const [name, definition] of Object.entries(GATE.$defs))
      assert.deepEqual(POLICY.$defs[name], definition, name);
  });
});

describe('docs/gate.md', () => {
  const PAGE = page('docs/gate.md');

  it('shows gates and policies that are taken, by reader and schema', () => {
    const shown = blocks(PAGE, 'yaml');
    assert.ok(shown.length >= 2, `${shown.length} examples`);
    for (const text of shown) {
      const which = text.startsWith('# policy.yml') ? 'policy' : 'gate';
      const data = yamlReader.read(text, `${which} of docs/gate.md`);
      assert.ok(bySchema[which](data), ajv.errorsText(bySchema[which].errors));
      const checks = which === 'gate' ? byReader.gate(data) : rulesOf(byReader.policy(data), 'app').checks;
      if (checks.length > 0) assert.equal(assembleGate(checks, []).kind, 'gate');
    }
  });

  it('tells every key that all checks have, and every key of a command', () => {
    const told = section(PAGE, '## Keys');
    for (const key of [...COMMON_KEYS, ...TASK_READERS.command.keys])
      assert.ok(told.includes(`\`${key}\``), key);
  });
});

function kindOf(sample: object): TaskKind {
  return 'kind' in sample ? (sample.kind as TaskKind) : 'command';
}
