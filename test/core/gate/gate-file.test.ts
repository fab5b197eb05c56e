import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PLAIN_RULES } from '../../../src/core/gate/check.ts';
import { readGateFile } from '../../../src/core/gate/gate-file.ts';

const FROM = { file: 'ghost.yml', source: 'workspace' } as const;

const REFUSED: readonly (readonly [problem: string, data: unknown, says: RegExp])[] = [
  ['nothing at all', null, /ghost\.yml, top level: expected a mapping, got nothing/],
  ['a file without checks', {}, /checks: expected a list, got nothing/],
  ['a key with a slip', { check: [] }, /unknown key `check`; did you mean `checks`\?/],
  ['a key far from all', { stages: [], checks: [] }, /unknown key `stages`; known keys are checks/],
  [
    'a slip inside a check',
    { checks: [{ name: 'a', run: 'x', timeuot: '5m' }] },
    /checks\[0\]: unknown key `timeuot`; did you mean `timeout`/,
  ],
  ['a check without a name', { checks: [{ run: 'x' }] }, /checks\[0\]\.name: expected text, got nothing/],
  ['a name in capitals', { checks: [{ name: 'Test', run: 'x' }] }, /`Test` is no name/],
  [
    'a name twice',
    {
      checks: [
        { name: 'a', run: 'x' },
        { name: 'b', run: 'x' },
        { name: 'a', run: 'y' },
      ],
    },
    /checks\[2\]\.name: `a` is the name of checks\[0\] too/,
  ],
  [
    'a number as command',
    { checks: [{ name: 'a', run: 5 }] },
    /checks\[0\]\.run: expected text, got the number 5/,
  ],
  ['an empty argv', { checks: [{ name: 'a', run: [] }] }, /empty list/],
  ['an argv with a number', { checks: [{ name: 'a', run: ['sleep', 5] }] }, /run\[1\]: expected text/],
  ['a NUL in the command', { checks: [{ name: 'a', run: 'x\0y' }] }, /NUL/],
  ['a timeout without a unit', { checks: [{ name: 'a', run: 'x', timeout: 5 }] }, /timeout: expected text/],
  ['a timeout of nothing', { checks: [{ name: 'a', run: 'x', timeout: '0s' }] }, /`0s` is no duration/],
  [
    'a timeout beyond an hour',
    {
      checks: [
        { name: 'x', run: 'x' },
        { name: 'a', run: 'x', timeout: '61m' },
      ],
    },
    /checks\[1\]\.timeout: `61m` is longer than 1h/,
  ],
  [
    'an unknown kind',
    one({ kind: 'comand' }),
    /\[0\]\.kind: unknown kind `comand`; did you mean `command`\?/,
  ],
  [
    'a kind from the prototype',
    one({ kind: 'toString' }),
    /unknown kind `toString`; known kinds are command/,
  ],
  ['a fourth retry', one({ retries: 4 }), /retries: expected a whole number from 0 to 3, got the number 4/],
  ['half a retry', one({ retries: 0.5 }), /retries: expected a whole number/],
  ['a level that is none', one({ level: '2' }), /level: expected 0, 1, 2 or 3, got `2`/],
  ['no paths at all', one({ paths: [] }), /paths: expected at least one entry, got an empty list/],
  [
    'a path outside',
    one({ paths: ['src/', '../x'] }),
    /paths\[1\]: `\.\.\/x` is no glob of paths: it leaves/,
  ],
  ['braces in a glob', one({ paths: ['*.{ts,js}'] }), /`\{` has no meaning in it/],
  ['a need twice', one({ needs: ['b', 'b'] }), /needs\[1\]: `b` stands there twice/],
  ['a need with a slip', chain(['lintt']), /checks\[1\]\.needs\[0\]: no check .*; did you mean `lint`\?/],
  [
    'a need far from all',
    chain(['docs']),
    /no check of this list is called `docs`; they are called lint, unit/,
  ],
  ['a need of itself', chain(['unit']), /checks\[1\]\.needs\[0\]: a check cannot need itself/],
  [
    'a need of what runs later',
    {
      checks: [
        { name: 'unit', run: 'x', needs: ['lint'] },
        { name: 'lint', run: 'x' },
      ],
    },
    /checks\[0\]\.needs\[0\]: `lint` runs later; put it before `unit`/,
  ],
  [
    'members that wait for each other',
    {
      checks: [
        {
          parallel: [
            { name: 'a', run: 'x', needs: ['b'] },
            { name: 'b', run: 'x', needs: ['c'] },
            { name: 'c', run: 'x', needs: ['a'] },
          ],
        },
      ],
    },
    /checks\[0\]\.parallel\[0\]\.needs\[0\]: they wait for each other: a > b > c > a/,
  ],
  ['an empty group', { checks: [{ parallel: [] }] }, /checks\[0\]\.parallel: expected at least one check/],
  [
    'a group in a group',
    { checks: [{ parallel: [{ parallel: [] }] }] },
    /checks\[0\]\.parallel\[0\]: a group cannot stand in a group/,
  ],
  [
    'a group with a key beside it',
    { checks: [{ parallel: [], name: 'a' }] },
    /checks\[0\]: unknown key `name`; known keys are parallel/,
  ],
  [
    'a name twice in two groups',
    { checks: [{ parallel: [{ name: 'a', run: 'x' }] }, { parallel: [{ name: 'a', run: 'x' }] }] },
    /checks\[1\]\.parallel\[0\]\.name: `a` is the name of checks\[0\]\.parallel\[0\] too/,
  ],
];

function one(given: object) {
  return { checks: [{ name: 'a', run: 'x', ...given }] };
}

function chain(needs: readonly string[]) {
  return {
    checks: [
      { name: 'lint', run: 'x' },
      { name: 'unit', run: 'x', needs },
    ],
  };
}

describe('readGateFile', () => {
  it('reads scripts, argument lists and time limits', () => {
    const data = {
      checks: [
        { name: 'test', run: 'npm test | tee log' },
        { name: 'lint 2.0', run: ['npm', 'run', 'lint', ''], timeout: '30s' },
      ],
    };
    assert.deepEqual(readGateFile(data, FROM), [
      {
        ...PLAIN_RULES,
        name: 'test',
        source: 'workspace',
        task: { kind: 'command', command: { kind: 'script', script: 'npm test | tee log' } },
        timeoutMs: 300_000,
      },
      {
        ...PLAIN_RULES,
        name: 'lint 2.0',
        source: 'workspace',
        task: { kind: 'command', command: { kind: 'argv', argv: ['npm', 'run', 'lint', ''] } },
        timeoutMs: 30_000,
        stage: 1,
      },
    ]);
  });

  it('runs entries one after the other, and the members of a group side by side', () => {
    const data = {
      checks: [
        { name: 'install', run: 'npm ci', level: 2 },
        {
          parallel: [
            { name: 'lint', run: 'x' },
            { name: 'unit', run: 'x', needs: ['lint'], retries: 3 },
          ],
        },
        { name: 'pages', run: 'x', needs: ['unit', 'install'], paths: ['web/', '*.css'] },
      ],
    };
    assert.deepEqual(
      readGateFile(data, FROM).map(({ name, stage, needs, retries, paths, level }) => [
        ...[name, stage, needs, retries, paths, level],
      ]),
      [
        ['install', 0, [], 0, [], 2],
        ['lint', 1, [], 0, [], 0],
        ['unit', 1, ['lint'], 3, [], 0],
        ['pages', 2, ['unit', 'install'], 0, ['web/', '*.css'], 0],
      ],
    );
  });

  for (const [timeout, ms] of [
    ['1s', 1000],
    ['5m', 300_000],
    ['1h', 3_600_000],
  ] as const) {
    it(`reads ${timeout} as ${ms} ms`, () => {
      const [check] = readGateFile({ checks: [{ name: 'a', run: 'x', timeout }] }, FROM);
      assert.equal(check?.timeoutMs, ms);
    });
  }

  for (const [problem, data, says] of REFUSED) {
    it(`refuses ${problem}`, () => {
      assert.throws(() => readGateFile(data, FROM), { code: 'gate_file_invalid', message: says });
    });
  }
});
