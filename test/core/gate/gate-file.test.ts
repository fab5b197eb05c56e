import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
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
];

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
        name: 'test',
        source: 'workspace',
        command: { kind: 'script', script: 'npm test | tee log' },
        timeoutMs: 300_000,
      },
      {
        name: 'lint 2.0',
        source: 'workspace',
        command: { kind: 'argv', argv: ['npm', 'run', 'lint', ''] },
        timeoutMs: 30_000,
      },
    ]);
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
